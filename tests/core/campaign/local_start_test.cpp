/// A start by each place's own clock.
#include "stentor/core/campaign/local_start.hpp"

#include "tests/core/campaign/support/zones.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using namespace stentor::core;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;
using stentor::core::test::offset_of;

constexpr local_day monday = sys_days{year{2026} / 11 / 30};
constexpr local_time ten{monday, 10 * 60};

wall_time start(std::vector<std::string> zones, const local_time& time, wall_time now,
                past_places past = past_places::next_day) {
  const auto seen = start_in(zones, time, past, now, offset_of);
  EXPECT_FALSE(seen.skipped);
  return seen.at;
}

TEST(local_start, reads_back_what_it_writes) {
  EXPECT_EQ(local_time_from("2026-11-30T10:00"), ten);
  EXPECT_EQ(to_text(ten), "2026-11-30T10:00");
  for (const auto* wrong :
       {"", "2026-11-30", "2026-11-30T10:00Z", "2026-11-30 10:00", "2026-02-30T10:00",
        "2026-11-30T24:00", "2026-11-30T10:60", "2026-11-30T10:00:00", "2026-11-30T1a:00"})
    EXPECT_FALSE(local_time_from(wrong)) << wrong;
}

TEST(local_start, is_ten_oclock_everywhere) {
  EXPECT_EQ(start({"+5:30"}, ten, monday), monday + 4h + 30min);
  EXPECT_EQ(start({"-8"}, ten, monday), monday + 18h);
  EXPECT_EQ(start({"north"}, ten, monday), monday + 9h);
}

TEST(local_start, waits_for_the_last_clock_of_a_place) {
  EXPECT_EQ(start({"-5", "-8"}, ten, monday), monday + 18h);
  EXPECT_GE(earliest_start(ten), wall_time{monday - 4h});
  EXPECT_LE(earliest_start(ten), start({"+14"}, ten, monday - days{2}));
}

TEST(local_start, is_the_first_moment_after_a_gap_and_the_first_of_two) {
  const local_time in_the_gap{sys_days{year{2027} / 3 / 28}, 2 * 60 + 30};
  EXPECT_EQ(start({"north"}, in_the_gap, monday), sys_days{year{2027} / 3 / 28} + 1h);
  const local_time twice{sys_days{year{2027} / 10 / 31}, 2 * 60 + 30};
  EXPECT_EQ(start({"north"}, twice, monday), sys_days{year{2027} / 10 / 31} + 30min);
}

TEST(local_start, past_places_do_as_they_are_told) {
  const auto now = monday + 12h; // past ten in India and not on the west coast
  EXPECT_EQ(start({"-8"}, ten, now), monday + 18h);
  EXPECT_EQ(start({"+5:30"}, ten, now), monday + days{1} + 4h + 30min);
  EXPECT_EQ(start({"+5:30"}, ten, now, past_places::send), monday + 4h + 30min);
  EXPECT_TRUE(
      start_in(std::vector<std::string>{"+5:30"}, ten, past_places::skip, now, offset_of).skipped);
  EXPECT_EQ(start({"+5:30"}, ten, now + days{400}), monday + days{401} + 4h + 30min);
}

TEST(local_start, the_next_day_keeps_its_clock_over_a_change_of_summer_time) {
  const local_time before{sys_days{year{2027} / 3 / 27}, 10 * 60};
  EXPECT_EQ(start({"north"}, before, sys_days{year{2027} / 3 / 27} + 20h),
            sys_days{year{2027} / 3 / 28} + 8h);
}

TEST(local_start, the_moment_itself_is_not_past) {
  EXPECT_EQ(start({"+5:30"}, ten, monday + 4h + 30min), monday + 4h + 30min);
}

} // namespace
