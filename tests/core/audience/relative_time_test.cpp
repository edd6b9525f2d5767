/// Times relative to now, across the changes of clocks.
#include "stentor/core/audience/relative_time.hpp"

#include "stentor/core/base/rfc3339.hpp"

#include <gtest/gtest.h>

namespace stentor::core {
namespace {

using namespace std::chrono_literals;

wall_time at(std::string_view text) {
  return wall_time_from(text).value();
}

/// One change of the offset.
zone_clock changing(std::string_view now, std::string_view change, std::chrono::seconds before,
                    std::chrono::seconds after) {
  return {at(now), [=, when = at(change)](wall_time t) { return t < when ? before : after; }};
}
zone_clock utc(std::string_view now) {
  return {at(now), [](wall_time) { return 0s; }};
}

std::string shown(std::string_view text, const zone_clock& clock) {
  const auto when = relative_time_from(text);
  EXPECT_TRUE(when) << text;
  return when ? to_text(resolved(*when, clock)) : "";
}

TEST(relative_time, is_read_or_not) {
  for (const char* good : {"now", "now-30d", "now+7d/d", "now-1M/M", "now/y", "now-999y", "now-0s"})
    EXPECT_TRUE(relative_time_from(good)) << good;
  for (const char* bad : {"", "no", "Now", "now ", "now-", "now-d", "now-30", "now-30x", "now--3d",
                          "now+-3d", "now-3d/x", "now/", "now-3d/d/d", "now-3.5d", "now-1001y",
                          "now-99999999999999999999s", "now3d", "now-3d+1d"})
    EXPECT_FALSE(relative_time_from(bad)) << bad;
  EXPECT_EQ(calendar_span_from("30d"), (calendar_span{30, time_unit::day}));
  for (const char* bad : {"", "d", "-3d", "3", "3D", "31556952001s", "2147483648s"})
    EXPECT_FALSE(calendar_span_from(bad)) << bad;
}

TEST(relative_time, moves_on_the_calendar) {
  const auto clock = utc("2026-03-31T10:20:30.5Z");
  EXPECT_EQ(shown("now", clock), "2026-03-31T10:20:30.5+00:00");
  EXPECT_EQ(shown("now-1M", clock), "2026-02-28T10:20:30.5+00:00");
  EXPECT_EQ(shown("now-1M/M", clock), "2026-02-01T00:00:00+00:00");
  EXPECT_EQ(shown("now+11M/d", clock), "2027-02-28T00:00:00+00:00");
  EXPECT_EQ(shown("now-25M", clock), "2024-02-29T10:20:30.5+00:00");
  EXPECT_EQ(shown("now-2y/y", clock), "2024-01-01T00:00:00+00:00");
  EXPECT_EQ(shown("now/w", clock), "2026-03-30T00:00:00+00:00");
  EXPECT_EQ(shown("now-2w", clock), "2026-03-17T10:20:30.5+00:00");
  EXPECT_EQ(shown("now-90m/h", clock), "2026-03-31T08:00:00+00:00");
  EXPECT_EQ(shown("now/s", clock), "2026-03-31T10:20:30+00:00");
}

TEST(relative_time, keeps_the_time_of_day_through_short_and_long_days) {
  // Berlin: 2026-03-29 02:00 becomes 03:00.
  const auto spring = changing("2026-03-29T10:00:00Z", "2026-03-29T01:00:00Z", 1h, 2h);
  EXPECT_EQ(shown("now-1d", spring), "2026-03-28T11:00:00+00:00") << "23 hours";
  EXPECT_EQ(shown("now-24h", spring), "2026-03-28T10:00:00+00:00");
  EXPECT_EQ(shown("now/d", spring), "2026-03-28T23:00:00+00:00");
  EXPECT_EQ(shown("now+1d/d", spring), "2026-03-29T22:00:00+00:00");
  // 02:30 is in the gap: the first moment after it.
  const auto before = changing("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", 1h, 2h);
  EXPECT_EQ(shown("now+1d", before), "2026-03-29T01:00:00+00:00");
  // 2026-10-25 03:00 becomes 02:00: 02:30 comes twice, the first counts.
  const auto autumn = changing("2026-10-24T00:30:00Z", "2026-10-25T01:00:00Z", 2h, 1h);
  EXPECT_EQ(shown("now+1d", autumn), "2026-10-25T00:30:00+00:00");
  const auto second = changing("2026-10-25T01:30:00Z", "2026-10-25T01:00:00Z", 2h, 1h);
  EXPECT_EQ(shown("now/h", second), "2026-10-25T01:00:00+00:00") << "the second two o'clock";
  EXPECT_EQ(shown("now/d", second), "2026-10-24T22:00:00+00:00");
}

TEST(relative_time, knows_days_without_midnight) {
  // Beirut: 2026-03-29 00:00 becomes 01:00.
  const auto spring = changing("2026-03-29T12:00:00Z", "2026-03-28T22:00:00Z", 2h, 3h);
  EXPECT_EQ(shown("now/d", spring), "2026-03-28T22:00:00+00:00") << "the day's first moment";
  // Havana: 2026-11-01 01:00 becomes 00:00; midnight comes twice.
  const auto autumn = changing("2026-11-01T12:00:00Z", "2026-11-01T05:00:00Z", -4h, -5h);
  EXPECT_EQ(shown("now/d", autumn), "2026-11-01T04:00:00+00:00");
  // Azores: 2026-10-25 01:00 becomes 00:00.
  const auto azores = changing("2026-10-25T01:20:00Z", "2026-10-25T01:00:00Z", 0h, -1h);
  EXPECT_EQ(shown("now/d", azores), "2026-10-25T00:00:00+00:00");
  // Apia left out the 30th of December 2011.
  const auto apia = changing("2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z", -10h, 14h);
  EXPECT_EQ(shown("now-1d", apia), "2011-12-30T10:00:00+00:00") << "there was no such day";
}

TEST(relative_time, rounding_never_goes_forward) {
  const auto change = at("2026-03-28T22:00:00Z");
  for (const auto& [before, after] :
       {std::pair{2h, 3h}, std::pair{3h, 2h}, std::pair{-4h, -5h}, std::pair{14h, -10h}})
    for (auto now = change - 30h; now < change + 30h; now += 7min) {
      const zone_clock clock{now, [&](wall_time t) { return t < change ? before : after; }};
      for (const char* text : {"now/m", "now/h", "now/d", "now/w", "now/M", "now/y"})
        ASSERT_LE(resolved(relative_time_from(text).value(), clock), now) << text << to_text(now);
    }
}

} // namespace
} // namespace stentor::core
