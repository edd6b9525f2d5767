/// Quiet hours by tables, and windows and quiet hours of several zones minute by minute over a
/// year.
#include "stentor/core/campaign/quiet_hours.hpp"

#include "tests/core/campaign/support/zones.hpp"

#include <gtest/gtest.h>
#include <random>

namespace {

using namespace std::chrono_literals;
using namespace stentor::core;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;
using stentor::core::test::night;
using stentor::core::test::offset_of;

constexpr wall_time new_year = sys_days{std::chrono::year{2026} / 1 / 1};

using zones = std::vector<std::string>;

TEST(quiet_hours, of_a_night) {
  const zones one{"+5:30"};
  const std::vector quiet{night};
  const auto at = [&](wall_time now) { return open_at(std::nullopt, quiet, one, now, offset_of); };
  const auto nine = new_year + 3h + 30min; // 09:00 there
  EXPECT_EQ(at(nine - 1min).closed_by, limit::quiet_hours);
  EXPECT_EQ(at(nine - 1min).changes_at, nine);
  EXPECT_TRUE(at(nine).is_open());
  EXPECT_EQ(at(nine).changes_at, nine + 12h);
  EXPECT_EQ(at(nine + 12h).closed_by, limit::quiet_hours);
}

TEST(quiet_hours, of_days_and_dates) {
  const zones one{"+0"};
  const std::vector<quiet_span> quiet{{{7}, {}, 0, 0}, {{}, {std::chrono::December / 25}, 0, 0}};
  const auto open = [&](wall_time now) {
    return open_at(std::nullopt, quiet, one, now, offset_of).is_open();
  };
  const wall_time christmas = sys_days{std::chrono::year{2026} / 12 / 25}; // a Friday
  EXPECT_TRUE(open(christmas - 1min));
  EXPECT_FALSE(open(christmas));
  EXPECT_FALSE(open(christmas + 24h - 1min));
  EXPECT_TRUE(open(christmas + 24h));
  EXPECT_FALSE(open(christmas + days{2})); // Sunday
}

TEST(quiet_hours, are_named_behind_the_window) {
  const send_window office{{}, 9 * 60, 17 * 60, std::string{recipient_zone}};
  const zones one{"+0"};
  const std::vector quiet{night};
  EXPECT_EQ(open_at(office, quiet, one, new_year + 22h, offset_of).closed_by, limit::window);
  const send_window late{{}, 20 * 60, 23 * 60, std::string{recipient_zone}};
  EXPECT_EQ(open_at(late, quiet, one, new_year + 22h, offset_of).closed_by, limit::quiet_hours);
}

TEST(quiet_hours, tell_zones_without_a_common_hour) {
  const std::vector quiet{night};
  EXPECT_TRUE(have_open_hours(std::nullopt, quiet, zones{"-5", "-10"}, new_year, offset_of));
  EXPECT_FALSE(have_open_hours(std::nullopt, quiet, zones{"+12", "+0"}, new_year, offset_of));
}

/// What the rules say of one local minute.
bool is_within(std::int32_t from, std::int32_t until, const std::vector<std::uint8_t>& iso_days,
               wall_time local) {
  const auto today = std::chrono::floor<days>(local);
  const auto minute = std::chrono::duration_cast<minutes>(local - today).count();
  const auto on = [&](sys_days day) {
    const auto iso = std::chrono::weekday{day}.iso_encoding();
    return iso_days.empty() || std::find(iso_days.begin(), iso_days.end(), iso) != iso_days.end();
  };
  if (from == until)
    return on(today);
  if (from < until)
    return on(today) && minute >= from && minute < until;
  return (on(today) && minute >= from) || (on(today - days{1}) && minute < until);
}

TEST(quiet_hours, hold_in_every_zone_at_every_minute_of_a_year) {
  std::mt19937 random{20261128};
  const auto any = [&](int n) { return std::uniform_int_distribution<int>{0, n - 1}(random); };
  const zones known{"north", "south", "+0", "+5:30", "-8", "+13", "-3"};
  for (int round = 0; round < 12; ++round) {
    zones here;
    for (int n = any(3) + 1; n > 0; --n)
      here.push_back(known[static_cast<std::size_t>(any(7))]);
    std::optional<send_window> window;
    if (any(3) > 0)
      window = send_window{any(2) == 0 ? std::vector<std::uint8_t>{}
                                       : std::vector<std::uint8_t>{1, 2, 3, 5},
                           any(48) * 30, any(48) * 30,
                           any(2) == 0 ? std::string{recipient_zone} : std::string{"north"}};
    std::vector<quiet_span> quiet;
    for (int n = any(3); n > 0; --n)
      quiet.push_back({any(2) == 0 ? std::vector<std::uint8_t>{} : std::vector<std::uint8_t>{6, 7},
                       {},
                       any(48) * 30,
                       any(48) * 30});
    opening seen;
    seen.changes_at = new_year;
    for (auto now = new_year; now < new_year + days{365}; now += 15min) {
      if (now >= seen.changes_at)
        seen = open_at(window, quiet, here, now, offset_of);
      bool open = true;
      for (const auto& name : here) {
        const auto local = now + offset_of(name, now).offset;
        if (window) {
          const auto clock = window->time_zone == recipient_zone
                                 ? local
                                 : now + offset_of(window->time_zone, now).offset;
          open = open && is_within(window->from_minute, window->until_minute, window->days, clock);
        }
        for (const auto& span : quiet)
          open = open && !is_within(span.from_minute, span.until_minute, span.days, local);
      }
      ASSERT_EQ(seen.is_open(), open) << "round " << round << " at " << now.time_since_epoch();
    }
  }
}

} // namespace
