/// Recurrences against an enumerator that is written differently: day by day, with the library's
/// own conversion of local times, over 50 zones and 20 years.
#include "adapters/time_zone/time_zones.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/campaign/recurrence.hpp"
#include "stentor/core/campaign/recurrence_text.hpp"
#include "tests/support/fifty_zones.hpp"

#include <date/tz.h>

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <set>

namespace {

using namespace stentor::core;
using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::year;
using std::chrono::year_month_day;

const local_day first_day = year{2006} / 1 / 1;
const local_day last_day = year{2025} / 12 / 31;

zone_offsets offsets_of(const stentor::ports::time_zones& all, const char* zone) {
  return [&all, zone](wall_time at) { return all.offset(zone, at).value(); };
}

/// As a clock on the wall of that zone shows it for the first time, or a later one.
wall_time reference_moment(const date::time_zone& zone, local_day day, int minute) {
  const date::local_seconds local{day.time_since_epoch() + minutes{minute}};
  const auto info = zone.get_info(local);
  if (info.result == date::local_info::nonexistent)
    return wall_time{info.first.end.time_since_epoch()};
  return wall_time{(local - info.first.offset).time_since_epoch()};
}

bool in_month(const recurrence& rule, local_day day) {
  const year_month_day date{day};
  const auto last =
      static_cast<int>(unsigned{(date.year() / date.month() / std::chrono::last).day()});
  const auto number = static_cast<int>(unsigned{date.day()});
  bool by_day = rule.by_day.empty();
  for (const auto& wanted : rule.by_day) {
    if (std::chrono::weekday{day}.iso_encoding() != wanted.day)
      continue;
    int before = 0;
    for (int d = number - 7; d > 0; d -= 7)
      ++before;
    int behind = 0;
    for (int d = number + 7; d <= last; d += 7)
      ++behind;
    by_day = by_day || wanted.nth == 0 || wanted.nth == before + 1 || wanted.nth == -(behind + 1);
  }
  bool by_number = rule.by_month_day.empty();
  for (const auto wanted : rule.by_month_day)
    by_number = by_number || wanted == number || wanted == number - last - 1;
  if (rule.by_day.empty() && rule.by_month_day.empty())
    return date.day() == year_month_day{*rule.from}.day();
  return by_day && by_number;
}

bool has_runs(const recurrence& rule, local_day day) {
  const auto from = *rule.from;
  const year_month_day date{day};
  const year_month_day began{from};
  switch (rule.freq) {
  case recurrence_freq::daily:
    return (day - from).count() % rule.interval == 0;
  case recurrence_freq::weekly: {
    // 1969-12-29 was a Monday.
    const auto week = [](local_day d) { return (d - local_day{days{-3}}).count() / 7; };
    if ((week(day) - week(from)) % rule.interval != 0)
      return false;
    const auto weekday = std::chrono::weekday{day}.iso_encoding();
    if (rule.by_day.empty())
      return weekday == std::chrono::weekday{from}.iso_encoding();
    return std::any_of(rule.by_day.begin(), rule.by_day.end(),
                       [&](const auto& d) { return d.day == weekday; });
  }
  case recurrence_freq::monthly: {
    const auto months = (int{date.year()} - int{began.year()}) * 12 +
                        static_cast<int>(unsigned{date.month()}) -
                        static_cast<int>(unsigned{began.month()});
    return months % rule.interval == 0 && in_month(rule, day);
  }
  }
  return false;
}

std::set<wall_time> reference_runs(const recurrence& rule) {
  const auto* zone = date::locate_zone(rule.time_zone);
  std::set<wall_time> all;
  std::int64_t named = 0;
  for (auto day = *rule.from; day <= last_day + days{2}; day += days{1}) {
    if ((rule.until && day > *rule.until) || !has_runs(rule, day))
      continue;
    for (const auto minute : rule.at) {
      if (rule.count && named++ >= *rule.count)
        return all;
      if (std::find(rule.except.begin(), rule.except.end(), day) == rule.except.end())
        all.insert(reference_moment(*zone, day, minute));
    }
  }
  return all;
}

class rule_maker {
public:
  explicit rule_maker(unsigned seed) : random_{seed} {}

  recurrence make(const char* zone) {
    recurrence rule;
    rule.freq = static_cast<recurrence_freq>(upto(2));
    rule.interval = upto(2) == 0 ? upto(5) + 1 : 1;
    if (rule.freq == recurrence_freq::weekly)
      for (int i = upto(3); i > 0; --i)
        rule.by_day.push_back({static_cast<std::uint8_t>(upto(6) + 1), 0});
    if (rule.freq == recurrence_freq::monthly)
      make_month(rule);
    for (int i = upto(3); i >= 0; --i) // at night, when clocks are changed, more often
      rule.at.push_back(upto(1) == 0 ? upto(24 * 60 - 1) : upto(13) * 15);
    std::sort(rule.at.begin(), rule.at.end());
    rule.at.erase(std::unique(rule.at.begin(), rule.at.end()), rule.at.end());
    rule.time_zone = zone;
    rule.from = first_day + days{upto(400)};
    if (upto(3) == 0)
      rule.until = *rule.from + days{upto(5'000)};
    else if (upto(2) == 0)
      rule.count = upto(900) + 1;
    for (int i = upto(5); i > 0; --i)
      rule.except.push_back(*rule.from + days{upto(3'000)});
    std::sort(rule.except.begin(), rule.except.end());
    return rule;
  }

private:
  int upto(int most) { return std::uniform_int_distribution<int>{0, most}(random_); }

  void make_month(recurrence& rule) {
    for (int i = upto(2); i > 0; --i)
      rule.by_day.push_back(
          {static_cast<std::uint8_t>(upto(6) + 1), static_cast<std::int8_t>(upto(10) - 5)});
    if (upto(2) > 0)
      for (int i = upto(2); i > 0; --i) {
        const auto day = static_cast<std::int8_t>(upto(30) + 1);
        rule.by_month_day.push_back(upto(1) == 0 ? day : static_cast<std::int8_t>(-day));
      }
  }

  std::mt19937 random_;
};

void expect_same(const recurrence& rule, const zone_offsets& zone) {
  const auto wanted = reference_runs(rule);
  const wall_time end{last_day};
  auto at = wall_time{*rule.from} - 72h;
  std::size_t found = 0;
  for (auto next = wanted.begin();; ++next) {
    const auto got = next_after(rule, at, zone);
    const bool over = next == wanted.end() || *next > end;
    ASSERT_EQ(over, !got || *got > end) << to_json(rule) << " after " << to_text(at);
    if (over)
      break;
    ASSERT_EQ(*got, *next) << to_json(rule) << ": " << to_text(*got) << ", not " << to_text(*next);
    // The same from the other side, and from between.
    ASSERT_EQ(last_until(rule, *got, zone), *got) << to_json(rule);
    if (found % 7 == 0) {
      ASSERT_EQ(next_after(rule, *got - 1ms, zone), *got) << to_json(rule);
      const auto before = last_until(rule, *got - 1ms, zone);
      if (next == wanted.begin()) {
        ASSERT_FALSE(before) << to_json(rule);
      } else {
        ASSERT_EQ(before, *std::prev(next)) << to_json(rule);
      }
    }
    at = *got;
    ++found;
  }
}

TEST(recurrences, are_what_an_enumerator_finds_day_by_day) {
  const auto all = stentor::time_zone::make_time_zones();
  unsigned seed = 0;
  for (const auto* name : stentor::test::fifty_zones) {
    const auto zone = offsets_of(*all, name);
    for (int i = 0; i < 5; ++i) {
      expect_same(rule_maker{++seed}.make(name), zone);
      if (HasFatalFailure())
        return;
    }
  }
}

/// Every run of a rule that begins on a day, as the zone's clocks show it.
std::vector<std::string> shown(const stentor::ports::time_zones& all, const recurrence& rule,
                               std::size_t most) {
  const auto zone = offsets_of(all, rule.time_zone.c_str());
  std::vector<std::string> texts;
  for (auto at = first_run(rule, zone); at && texts.size() < most; at = next_after(rule, *at, zone))
    texts.push_back(local_text(*at, zone(*at)));
  return texts;
}

recurrence daily(const char* zone, local_day from, std::vector<std::int32_t> at) {
  recurrence rule;
  rule.at = std::move(at);
  rule.time_zone = zone;
  rule.from = from;
  return rule;
}

using texts = std::vector<std::string>;

TEST(recurrences, take_the_first_moment_behind_a_gap) {
  const auto all = stentor::time_zone::make_time_zones();
  EXPECT_EQ(shown(*all, daily("Europe/Berlin", year{2026} / 3 / 28, {150}), 3),
            (texts{"2026-03-28 02:30", "2026-03-29 03:00", "2026-03-30 02:30"}));
  // Clocks go on by half an hour.
  EXPECT_EQ(shown(*all, daily("Australia/Lord_Howe", year{2026} / 10 / 3, {135}), 3),
            (texts{"2026-10-03 02:15", "2026-10-04 02:30", "2026-10-05 02:15"}));
  // At midnight.
  EXPECT_EQ(shown(*all, daily("Africa/Cairo", year{2026} / 4 / 23, {30}), 3),
            (texts{"2026-04-23 00:30", "2026-04-24 01:00", "2026-04-25 00:30"}));
}

TEST(recurrences, run_once_where_several_times_fall_into_one_gap) {
  const auto all = stentor::time_zone::make_time_zones();
  EXPECT_EQ(shown(*all, daily("Europe/Berlin", year{2026} / 3 / 29, {120, 150, 180}), 2),
            (texts{"2026-03-29 03:00", "2026-03-30 02:00"}));
}

TEST(recurrences, run_once_when_a_time_comes_twice) {
  const auto all = stentor::time_zone::make_time_zones();
  const auto rule = daily("Europe/Berlin", year{2026} / 10 / 25, {150});
  const auto zone = offsets_of(*all, "Europe/Berlin");
  const auto first = first_run(rule, zone);
  ASSERT_TRUE(first);
  EXPECT_EQ(to_text(*first), "2026-10-25T00:30:00+00:00"); // still summer time
  EXPECT_EQ(to_text(*next_after(rule, *first, zone)), "2026-10-26T01:30:00+00:00");
}

TEST(recurrences, of_a_day_that_a_zone_has_lost) {
  const auto all = stentor::time_zone::make_time_zones();
  // Samoa had no 2011-12-30.
  EXPECT_EQ(
      shown(*all, daily("Pacific/Apia", year{2011} / 12 / 29, {600}), 4),
      (texts{"2011-12-29 10:00", "2011-12-31 00:00", "2011-12-31 10:00", "2012-01-01 10:00"}));
}

} // namespace
