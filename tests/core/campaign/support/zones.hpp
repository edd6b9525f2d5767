#pragma once
/// A small time zone database for tests: two zones with summer time, one on each half of the globe,
/// and zones named after their offset.

#include "stentor/core/campaign/quiet_hours.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace stentor::core::test {

/// From nine in the evening to nine in the morning.
inline const quiet_span night{{}, {}, 21 * 60, 9 * 60};

/// "north": +1 h, from the end of March to the end of October +2 h. "south": +10:30, from October
/// to April +11 h. "+5:30", "-8", …: always that.
inline zone_offset offset_of(std::string_view zone, wall_time at) {
  using namespace std::chrono;
  struct change {
    wall_time from;
    seconds offset;
  };
  const auto day = [](int y, unsigned m, unsigned d, hours h) {
    return wall_time{sys_days{year{y} / month{m} / std::chrono::day{d}}} + h;
  };
  static const std::array north{change{wall_time{}, 1h}, change{day(2026, 3, 29, 1h), 2h},
                                change{day(2026, 10, 25, 1h), 1h}, change{day(2027, 3, 28, 1h), 2h},
                                change{day(2027, 10, 31, 1h), 1h}};
  static const std::array south{change{wall_time{}, 11h}, change{day(2026, 4, 4, 15h), 10h + 30min},
                                change{day(2026, 10, 3, 15h), 11h},
                                change{day(2027, 4, 3, 15h), 10h + 30min},
                                change{day(2027, 10, 2, 15h), 11h}};
  const auto never = day(2100, 1, 1, 0h);
  if (zone == "north" || zone == "south") {
    const auto& all = zone == "north" ? north : south;
    const auto next =
        std::find_if(all.begin() + 1, all.end(), [&](const change& c) { return c.from > at; });
    return {std::prev(next)->offset, next == all.end() ? never : next->from};
  }
  if (zone.empty() || (zone[0] != '+' && zone[0] != '-'))
    return {0s, never};
  const auto colon = std::min(zone.find(':'), zone.size());
  auto minutes_east = std::stoi(std::string{zone.substr(1, colon - 1)}) * 60;
  if (colon < zone.size())
    minutes_east += std::stoi(std::string{zone.substr(colon + 1)});
  return {minutes{zone[0] == '-' ? -minutes_east : minutes_east}, never};
}

} // namespace stentor::core::test
