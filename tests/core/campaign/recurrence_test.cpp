/// Recurrences as texts, rules that end or never begin, and what becomes of missed runs. The
/// property test is tests/adapters/time_zone/recurrence_test.cpp.
#include "stentor/core/campaign/recurrence.hpp"

#include "stentor/core/base/duration_text.hpp"
#include "stentor/core/campaign/lateness.hpp"
#include "stentor/core/campaign/recurrence_text.hpp"

#include <gtest/gtest.h>

namespace {

using namespace stentor::core;
using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::year;

json_value text_value(std::string value) {
  return {json_value::kind::text, std::move(value), {}, {}};
}
json_value number_value(std::string value) {
  return {json_value::kind::number, std::move(value), {}, {}};
}
json_value list_value(std::vector<json_value> items) {
  return {json_value::kind::list, {}, std::move(items), {}};
}
json_value object_value(std::vector<json_member> members) {
  return {json_value::kind::object, {}, {}, std::move(members)};
}

/// The members of a rule that is in order, with some of them replaced or added.
json_value rule_with(std::vector<json_member> changes) {
  std::vector<json_member> members{{"freq", text_value("weekly")},
                                   {"byDay", list_value({text_value("TH")})},
                                   {"at", list_value({text_value("10:00")})},
                                   {"timeZone", text_value("Asia/Kolkata")}};
  for (auto& change : changes) {
    std::erase_if(members, [&](const auto& m) { return m.name == change.name; });
    members.push_back(std::move(change));
  }
  return object_value(std::move(members));
}

std::vector<std::string> told(const json_value& rule) {
  std::vector<draft_problem> problems;
  const bool read = read_recurrence(rule, problems).has_value();
  EXPECT_EQ(read, problems.empty());
  std::vector<std::string> texts;
  for (const auto& problem : problems)
    texts.push_back(problem.path + ": " + problem.sentence);
  return texts;
}

using texts = std::vector<std::string>;

TEST(recurrence_texts, are_read_and_written) {
  std::vector<draft_problem> problems;
  const auto rule = read_recurrence(
      rule_with(
          {{"freq", text_value("monthly")},
           {"interval", number_value("2")},
           {"byDay", list_value({text_value("2TU"), text_value("-1FR"), text_value("MO")})},
           {"byMonthDay", list_value({number_value("1"), number_value("-31")})},
           {"at", list_value({text_value("18:30"), text_value("09:05"), text_value("18:30")})},
           {"from", text_value("2026-12-01")},
           {"until", text_value("2027-03-01")},
           {"count", {}},
           {"except", list_value({text_value("2026-12-31"), text_value("2026-12-24")})}}),
      problems);
  ASSERT_TRUE(rule);
  EXPECT_EQ(to_json(*rule),
            R"({"freq":"monthly","interval":2,"byDay":["2TU","-1FR","MO"],"byMonthDay":[1,-31],)"
            R"("at":["09:05","18:30"],"timeZone":"Asia/Kolkata","from":"2026-12-01",)"
            R"("until":"2027-03-01","except":["2026-12-24","2026-12-31"]})");
}

TEST(recurrence_texts, say_what_is_wrong_with_its_path) {
  EXPECT_EQ(told(text_value("weekly")).size(), 1U);
  EXPECT_EQ(told(object_value({})),
            (texts{"recurrence.freq: is required",
                   "recurrence.at: is required: one to 24 times of day, such as [\"10:00\"]",
                   "recurrence.timeZone: is required"}));
  EXPECT_EQ(told(rule_with({{"freq", text_value("yearly")}})),
            (texts{"recurrence.freq: expected one of daily, weekly, monthly"}));
  EXPECT_EQ(told(rule_with({{"byDay", list_value({text_value("TH"), text_value("XX")})}})),
            (texts{"recurrence.byDay[1]: expected MO, TU, WE, TH, FR, SA or SU; of a month also "
                   "2TU or -1FR"}));
  for (const auto* day : {"0TU", "6TU", "-6TU", "2.TU", "TUE", "T", "", "+-1TU"})
    EXPECT_EQ(
        told(rule_with({{"freq", text_value("monthly")}, {"byDay", list_value({text_value(day)})}}))
            .size(),
        1U)
        << day;
  EXPECT_EQ(
      told(rule_with({{"byDay", list_value({text_value("2TU")})}})),
      (texts{"recurrence.byDay: holds a number before the day, which only freq monthly has"}));
  for (const auto* day : {"0", "32", "-32", "1.5", "1e0"})
    EXPECT_EQ(told(rule_with({{"freq", text_value("monthly")},
                              {"byMonthDay", list_value({number_value(day)})}})),
              (texts{"recurrence.byMonthDay[0]: expected 1 to 31, or -1 (the last day) to -31"}))
        << day;
  for (const auto* at : {"24:00", "9:00", "10:60", "10.00", ""})
    EXPECT_EQ(told(rule_with({{"at", list_value({text_value(at)})}})),
              (texts{"recurrence.at[0]: expected a time of day such as 09:00"}))
        << at;
  EXPECT_EQ(told(rule_with({{"at", list_value(std::vector<json_value>(25, text_value("10:00")))}})),
            (texts{"recurrence.at: holds more than 24 entries"}));
  EXPECT_EQ(told(rule_with({{"from", text_value("2026-02-30")}})),
            (texts{"recurrence.from: expected a day that exists, such as 2026-12-01"}));
  EXPECT_EQ(
      told(rule_with({{"from", text_value("2026-12-02")}, {"until", text_value("2026-12-01")}})),
      (texts{"recurrence.until: lies before from"}));
  EXPECT_EQ(told(rule_with({{"count", number_value("0")}})),
            (texts{"recurrence.count: expected a whole number from 1 to 10000"}));
  EXPECT_EQ(told(rule_with({{"interval", number_value("99999999999999999999")}})),
            (texts{"recurrence.interval: expected a whole number from 1 to 1000"}));
  EXPECT_EQ(told(rule_with({{"count", number_value("3")}, {"until", text_value("2026-12-01")}})),
            (texts{"recurrence.count: can't stand beside until: a rule ends by one of them"}));
  EXPECT_EQ(told(rule_with({{"freq", text_value("daily")}})),
            (texts{"recurrence.byDay: belongs to freq weekly or monthly; for some days of each "
                   "week say weekly"}));
  EXPECT_EQ(told(rule_with({{"byMonthDay", list_value({number_value("1")})}})),
            (texts{"recurrence.byMonthDay: belongs to freq monthly"}));
  EXPECT_EQ(told(rule_with({{"timeZone", text_value("Asia/\n")}})).size(), 1U);
  EXPECT_EQ(told(rule_with({{"bySecond", number_value("1")}})),
            (texts{"recurrence.bySecond: is not known here"}));
}

zone_offset on_utc(wall_time) {
  return {0s, wall_time{local_day{year{9999} / 12 / 31}}};
}

recurrence monthly_on(std::int8_t day, local_day from) {
  recurrence rule;
  rule.freq = recurrence_freq::monthly;
  rule.by_month_day = {day};
  rule.at = {600};
  rule.from = from;
  return rule;
}

TEST(recurrences, leave_out_months_that_lack_the_day) {
  const auto rule = monthly_on(31, year{2026} / 1 / 31);
  const auto second = next_after(rule, *first_run(rule, on_utc), on_utc);
  ASSERT_TRUE(second);
  EXPECT_EQ(local_text(*second, on_utc({})), "2026-03-31 10:00");
}

TEST(recurrences, that_never_run) {
  auto thirtieth = monthly_on(30, year{2026} / 2 / 1);
  thirtieth.interval = 12;
  EXPECT_FALSE(first_run(thirtieth, on_utc));
  auto leap = monthly_on(29, year{2026} / 2 / 1);
  leap.interval = 12;
  ASSERT_TRUE(first_run(leap, on_utc));
  EXPECT_EQ(local_text(*first_run(leap, on_utc), on_utc({})), "2028-02-29 10:00");
  leap.count = 10'000; // the calendar ends before
  EXPECT_EQ(local_text(*first_run(leap, on_utc), on_utc({})), "2028-02-29 10:00");
  auto excepted = monthly_on(1, year{2026} / 1 / 1);
  excepted.count = 1;
  excepted.except = {local_day{year{2026} / 1 / 1}};
  EXPECT_FALSE(first_run(excepted, on_utc));
}

TEST(recurrences, end_after_their_count) {
  auto rule = monthly_on(1, year{2026} / 1 / 1);
  rule.at = {540, 600};
  rule.count = 3;
  const wall_time last = local_day{year{2026} / 2 / 1} + 9h;
  EXPECT_EQ(next_after(rule, last - 1ms, on_utc), last);
  EXPECT_FALSE(next_after(rule, last, on_utc));
  EXPECT_EQ(last_until(rule, last + days{1'000}, on_utc), last);
}

TEST(recurrences, are_found_from_any_moment) {
  const auto rule = monthly_on(1, year{2026} / 1 / 1);
  EXPECT_TRUE(next_after(rule, wall_time{}, on_utc));
  EXPECT_FALSE(last_until(rule, wall_time{}, on_utc));
  EXPECT_FALSE(next_after(rule, wall_time{local_day{year{12'000} / 1 / 1}}, on_utc));
  EXPECT_TRUE(last_until(rule, wall_time{local_day{year{12'000} / 1 / 1}}, on_utc));
}

/// Every hour on the hour.
recurrence hourly() {
  recurrence rule;
  for (int hour = 0; hour < 24; ++hour)
    rule.at.push_back(hour * 60);
  rule.from = local_day{year{2026} / 1 / 1};
  return rule;
}

const wall_time midday = local_day{year{2026} / 6 / 1} + 12h;

TEST(missed_runs, there_are_none_in_time) {
  const auto early = due_run_of(hourly(), midday, midday - 1ms, 1h, on_missed::skip, on_utc);
  EXPECT_FALSE(early.run);
  EXPECT_EQ(early.next, midday);
  for (const auto late : {0min, 59min, 60min}) {
    const auto due = due_run_of(hourly(), midday, midday + late, 1h, on_missed::skip, on_utc);
    EXPECT_EQ(due.run, midday);
    EXPECT_EQ(due.next, midday + 1h);
    EXPECT_FALSE(due.missed_from);
  }
}

TEST(missed_runs, are_left_out_up_to_the_first_in_time) {
  for (const auto policy : {on_missed::skip, on_missed::run_latest}) {
    const auto due = due_run_of(hourly(), midday, midday + 150min, 1h, policy, on_utc);
    EXPECT_EQ(due.run, midday + 2h);
    EXPECT_EQ(due.next, midday + 3h);
    EXPECT_EQ(due.missed_from, midday);
    EXPECT_EQ(due.missed_until, midday + 1h);
  }
}

TEST(missed_runs, end_with_the_latest_where_that_is_wanted) {
  auto rule = hourly();
  rule.at = {600, 660}; // at 10 and 11
  const wall_time ten = local_day{year{2026} / 6 / 1} + 10h;
  const auto skipped = due_run_of(rule, ten, ten + 5h, 1h, on_missed::skip, on_utc);
  EXPECT_FALSE(skipped.run);
  EXPECT_EQ(skipped.next, ten + 24h);
  EXPECT_EQ(skipped.missed_from, ten);
  EXPECT_EQ(skipped.missed_until, ten + 1h);
  const auto latest = due_run_of(rule, ten, ten + 5h, 1h, on_missed::run_latest, on_utc);
  EXPECT_EQ(latest.run, ten + 1h);
  EXPECT_EQ(latest.next, ten + 24h);
  EXPECT_EQ(latest.missed_from, ten);
  EXPECT_EQ(latest.missed_until, ten);
}

TEST(missed_runs, of_a_rule_that_ended_meanwhile) {
  auto rule = hourly();
  rule.until = local_day{year{2026} / 6 / 1};
  const auto skipped = due_run_of(rule, midday, midday + days{9}, 1h, on_missed::skip, on_utc);
  EXPECT_FALSE(skipped.run);
  EXPECT_FALSE(skipped.next);
  const auto latest = due_run_of(rule, midday, midday + days{9}, 1h, on_missed::run_latest, on_utc);
  EXPECT_EQ(latest.run, midday + 11h);
  EXPECT_FALSE(latest.next);
}

TEST(missed_runs, cost_no_more_when_they_are_a_million) {
  const auto due = due_run_of(hourly(), midday, midday + std::chrono::hours{1'000'000}, 1h,
                              on_missed::skip, on_utc);
  EXPECT_EQ(due.run, midday + std::chrono::hours{999'999});
  EXPECT_EQ(due.missed_until, midday + std::chrono::hours{999'998});
}

TEST(missed_runs, have_a_policy_for_each_kind_of_campaign) {
  for (const auto kind : {campaign_kind::once, campaign_kind::recurring})
    EXPECT_EQ(campaign_kind_from(to_string(kind)), kind);
  for (const auto* name : {"pause", "send", "skip", "run_latest"})
    EXPECT_EQ(to_string(on_missed_from(name).value()), name);
  for (const auto* name : {"skip", "allow"})
    EXPECT_EQ(to_string(run_overlap_from(name).value()), name);
  EXPECT_FALSE(on_missed_from("never"));
  EXPECT_FALSE(fits(on_missed::run_latest, campaign_kind::once));
  EXPECT_FALSE(fits(on_missed::pause, campaign_kind::recurring));
}

TEST(durations, are_read_and_written) {
  for (const auto* same : {"90s", "30m", "25h", "7d", "0s"})
    EXPECT_EQ(duration_text(duration_from(same).value()), same);
  EXPECT_EQ(duration_text(48h), "2d");
  for (const auto* wrong :
       {"", "h", "1", "-1h", "1.5h", "1 h", "1H", "99999999999999999999s", "999999999d"})
    EXPECT_FALSE(duration_from(wrong)) << wrong;
}

} // namespace
