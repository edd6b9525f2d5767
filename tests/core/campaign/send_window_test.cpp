/// Send windows by tables and against a minute-by-minute reference. Campaign names and transitions.
#include "stentor/core/campaign/send_window.hpp"

#include "stentor/core/campaign/campaign.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace {

using namespace std::chrono_literals;
using namespace stentor::core;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

// 2026-11-22 is a Sunday.
constexpr wall_time sunday = sys_days{std::chrono::year{2026} / 11 / 22};
constexpr zone_offset utc{0s, sunday + days{400}};

TEST(send_window, of_a_plain_day) {
  const send_window nine_to_nine{{}, 9 * 60, 21 * 60, "UTC"};
  const auto early = window_at(nine_to_nine, sunday + 8h, utc);
  EXPECT_FALSE(early.open);
  EXPECT_EQ(early.changes_at, sunday + 9h);
  const auto opens = window_at(nine_to_nine, sunday + 9h, utc);
  EXPECT_TRUE(opens.open);
  EXPECT_EQ(opens.changes_at, sunday + 21h);
  const auto closes = window_at(nine_to_nine, sunday + 21h, utc);
  EXPECT_FALSE(closes.open);
  EXPECT_EQ(closes.changes_at, sunday + days{1} + 9h);
}

TEST(send_window, over_midnight_belongs_to_the_day_on_which_it_opens) {
  const send_window saturday_night{{6}, 22 * 60, 2 * 60, "UTC"};
  const auto after_midnight = window_at(saturday_night, sunday + 1h, utc);
  EXPECT_TRUE(after_midnight.open);
  EXPECT_EQ(after_midnight.changes_at, sunday + 2h);
  const auto sunday_night = window_at(saturday_night, sunday + 23h, utc);
  EXPECT_FALSE(sunday_night.open);
  EXPECT_EQ(sunday_night.changes_at, sunday + days{6} + 22h);
}

TEST(send_window, adjoining_days_are_one) {
  const send_window weekend{{6, 7}, 0, 0, "UTC"};
  const auto state = window_at(weekend, sunday - 12h, utc);
  EXPECT_TRUE(state.open);
  EXPECT_EQ(state.changes_at, sunday + days{1});
}

TEST(send_window, looks_again_when_the_offset_ends) {
  const send_window nine_to_five{{}, 9 * 60, 17 * 60, "Europe/Berlin"};
  const zone_offset winter{1h, sunday + 12h};
  EXPECT_EQ(window_at(nine_to_five, sunday + 8h, winter).changes_at, sunday + 12h);
  EXPECT_TRUE(window_at(nine_to_five, sunday + 8h, winter).open);
  EXPECT_EQ(window_at(nine_to_five, sunday + 7h, winter).changes_at, sunday + 8h);
  const send_window always{{}, 0, 0, "UTC"};
  EXPECT_TRUE(window_at(always, sunday, winter).open);
  EXPECT_EQ(window_at(always, sunday, winter).changes_at, sunday + 12h);
}

bool open_at(const send_window& w, wall_time now, std::chrono::seconds offset) {
  const auto local = now + offset;
  const auto day = std::chrono::floor<days>(local);
  const auto minute = std::chrono::floor<minutes>(local - day).count();
  const auto on = [&](sys_days d) {
    const auto iso = static_cast<std::uint8_t>(std::chrono::weekday{d}.iso_encoding());
    return w.days.empty() || std::count(w.days.begin(), w.days.end(), iso) > 0;
  };
  if (w.from_minute == w.until_minute)
    return on(day);
  if (w.from_minute < w.until_minute)
    return on(day) && minute >= w.from_minute && minute < w.until_minute;
  return (on(day) && minute >= w.from_minute) || (on(day - days{1}) && minute < w.until_minute);
}

TEST(send_window, agrees_with_the_clock_on_the_wall) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    std::mt19937 random{seed};
    send_window w;
    for (std::uint8_t day = 1; day <= 7; ++day) {
      if (random() % 2 == 0)
        w.days.push_back(day);
    }
    w.from_minute = static_cast<std::int32_t>(random() % 1440);
    w.until_minute = random() % 5 == 0 ? w.from_minute : static_cast<std::int32_t>(random() % 1440);
    const std::chrono::seconds offset{static_cast<int>(random() % 53) * 1800 - 43200};
    const zone_offset zone{offset, sunday + days{400}};
    const wall_time now = sunday + minutes{random() % (14 * 1440)};
    const auto state = window_at(w, now, zone);
    ASSERT_EQ(state.open, open_at(w, now, offset)) << seed;
    ASSERT_GT(state.changes_at, now) << seed;
    for (auto at = now; at < state.changes_at; at += 7min)
      ASSERT_EQ(open_at(w, at, offset), state.open) << seed;
    if (state.changes_at - now < days{7}) {
      ASSERT_NE(open_at(w, state.changes_at, offset), state.open) << seed;
    }
  }
}

TEST(campaign, names_go_both_ways) {
  for (int i = 0; i < 8; ++i) {
    const auto s = static_cast<campaign_status>(i);
    EXPECT_EQ(campaign_status_from(to_string(s)), s);
  }
  EXPECT_EQ(campaign_status_from("Sending"), std::nullopt);
  EXPECT_EQ(in_doubt_policy_from("resend"), in_doubt_policy::resend);
  EXPECT_EQ(to_string(in_doubt_policy::fail), "fail");
}

TEST(campaign, ended_ones_stay_ended) {
  using enum campaign_status;
  for (const auto end : {completed, cancelled, expired, failed}) {
    for (int to = 0; to < 8; ++to)
      EXPECT_FALSE(may_become(end, static_cast<campaign_status>(to)));
  }
  EXPECT_FALSE(may_become(completed, sending, late_tries::waiting));
  EXPECT_TRUE(may_become(draft, sending));
  EXPECT_TRUE(may_become(scheduled, draft));
  EXPECT_TRUE(may_become(sending, paused));
  EXPECT_TRUE(may_become(paused, sending));
  EXPECT_FALSE(may_become(draft, paused));
  EXPECT_FALSE(may_become(sending, draft));
}

} // namespace
