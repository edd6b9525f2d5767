#include "stentor/core/campaign/local_start.hpp"

#include "stentor/core/base/enum_names.hpp"
#include "stentor/core/campaign/draft.hpp"
#include "stentor/core/campaign/recurrence_text.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 3> past_names{"next_day", "send", "skip"};
constexpr std::int32_t minutes_of_a_day = 24 * 60;
constexpr std::chrono::hours farthest_east{14}; ///< Kiritimati

wall_time last_moment(std::span<const std::string> zones, const local_time& time,
                      const zone_lookup& offset_of) {
  auto last = wall_time::min();
  for (const auto& zone : zones)
    last = std::max(
        last, moment_of(time.day, time.minute, [&](wall_time at) { return offset_of(zone, at); }));
  return last;
}

} // namespace

std::string_view to_string(past_places p) noexcept {
  return name_in(past_names, p);
}

std::optional<past_places> past_places_from(std::string_view text) noexcept {
  return value_in<past_places>(past_names, text);
}

std::optional<local_time> local_time_from(std::string_view text) noexcept {
  constexpr std::size_t day_size = 10;
  if (text.size() != day_size + 6 || text[day_size] != 'T')
    return std::nullopt;
  const auto day = local_day_from(text.substr(0, day_size));
  const auto minute = minute_of_day(text.substr(day_size + 1));
  if (!day || !minute || *minute == minutes_of_a_day)
    return std::nullopt;
  return local_time{*day, *minute};
}

std::string to_text(const local_time& time) {
  return to_text(time.day) + "T" + clock_text(time.minute);
}

place_start start_in(std::span<const std::string> zones, const local_time& time, past_places past,
                     wall_time now, const zone_lookup& offset_of) {
  auto at = last_moment(zones, time, offset_of);
  if (at >= now || past == past_places::send)
    return {.at = at, .skipped = false};
  if (past == past_places::skip)
    return {.at = at, .skipped = true};
  auto next = time;
  next.day += std::max((now - at) / std::chrono::days{1}, std::int64_t{1}) * std::chrono::days{1};
  while ((at = last_moment(zones, next, offset_of)) < now)
    next.day += std::chrono::days{1};
  return {.at = at, .skipped = false};
}

wall_time earliest_start(const local_time& time) noexcept {
  return time.day + std::chrono::minutes{time.minute} - farthest_east;
}

} // namespace stentor::core
