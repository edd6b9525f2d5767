/// The planner and its forecast, by tables and by random campaigns.
#include "stentor/core/campaign/plan.hpp"

#include "stentor/core/campaign/forecast.hpp"
#include "tests/core/campaign/support/zones.hpp"

#include <gtest/gtest.h>
#include <random>

namespace {

using namespace std::chrono_literals;
using namespace stentor::core;
using std::chrono::days;
using std::chrono::sys_days;
using stentor::core::test::night;
using stentor::core::test::offset_of;

constexpr wall_time that_monday = sys_days{std::chrono::year{2026} / 11 / 30};

plan_terms two_places() {
  plan_terms terms;
  terms.places = {{.no = 1, .country = "IN", .zones = {"+5:30"}, .quiet = {night}},
                  {.no = 2, .country = "US", .zones = {"-5", "-8"}, .quiet = {night}}};
  terms.parts = {{.no = 1, .from = 1, .to = 1'000, .next = 1, .place = 1},
                 {.no = 2, .from = 1'001, .to = 3'000, .next = 1'001, .place = 2}};
  return terms;
}

TEST(plan, opens_the_parts_whose_place_is_awake) {
  planner plan{two_places(), offset_of};
  const auto morning_in_india = plan.at(that_monday + 4h, 80);
  EXPECT_EQ(morning_in_india.parts[0].closed_by, limit::none);
  EXPECT_EQ(morning_in_india.parts[1].closed_by, limit::quiet_hours);
  EXPECT_EQ(morning_in_india.left, 3'000);
  EXPECT_EQ(morning_in_india.left_open, 1'000);
  EXPECT_EQ(morning_in_india.binding, limit::numbers);
  EXPECT_EQ(morning_in_india.parts[1].changes_at, that_monday + 5h); // 21:00 on the west coast
  const auto noon_in_america = plan.at(that_monday + 17h, 80);
  EXPECT_EQ(noon_in_america.parts[0].closed_by, limit::quiet_hours);
  EXPECT_EQ(noon_in_america.parts[1].closed_by, limit::none);
  EXPECT_EQ(noon_in_america.parts[1].changes_at, that_monday + 26h); // 21:00 on the east coast
}

TEST(plan, says_what_keeps_everybody_waiting) {
  auto terms = two_places();
  terms.parts.erase(terms.parts.begin());
  planner plan{terms, offset_of};
  const auto step = plan.at(that_monday + 4h, 80);
  EXPECT_EQ(step.per_second, 0);
  EXPECT_EQ(step.binding, limit::quiet_hours);
  EXPECT_FALSE(step.any_open);
}

TEST(plan, the_least_binds_and_the_earlier_on_a_tie) {
  auto terms = two_places();
  terms.rate_per_minute = 600;
  EXPECT_EQ(planner(terms, offset_of).at(that_monday + 4h, 80).binding, limit::rate);
  EXPECT_EQ(planner(terms, offset_of).at(that_monday + 4h, 5).binding, limit::numbers);
  const auto tie = planner(terms, offset_of).at(that_monday + 4h, 10);
  EXPECT_EQ(tie.binding, limit::rate);
  EXPECT_DOUBLE_EQ(tie.per_second, 10);
}

TEST(plan, leaves_what_metas_ratings_leave) {
  auto terms = two_places();
  terms.quality = {.numbers = 0.5, .of_template = 1};
  const auto yellow = planner(terms, offset_of).at(that_monday + 4h, 80);
  EXPECT_EQ(yellow.binding, limit::quality);
  EXPECT_DOUBLE_EQ(yellow.per_second, 40);
  EXPECT_FALSE(yellow.own_per_minute) << "each number keeps its own share";
  terms.quality = {.numbers = 0.5, .of_template = 0.1};
  const auto red = planner(terms, offset_of).at(that_monday + 4h, 80);
  EXPECT_DOUBLE_EQ(red.per_second, 4);
  EXPECT_EQ(red.own_per_minute, 240);
  terms.quality = {.numbers = 0, .of_template = 1};
  const auto none = planner(terms, offset_of).at(that_monday + 4h, 80);
  EXPECT_EQ(none.per_second, 0);
  EXPECT_EQ(none.binding, limit::quality);
  terms.quality = {.numbers = 1, .of_template = 0};
  const auto waits = planner(terms, offset_of).at(that_monday + 4h, 80);
  EXPECT_EQ(waits.parts[0].closed_by, limit::quality);
  EXPECT_FALSE(waits.any_open);
}

TEST(forecast, says_that_quality_keeps_everybody) {
  auto terms = two_places();
  terms.quality = {.numbers = 0, .of_template = 1};
  const auto never = forecast_of(planner{terms, offset_of}, that_monday, 80, "UTC", offset_of);
  EXPECT_FALSE(never.finish);
  EXPECT_TRUE(finish_without(limit::quality, terms, that_monday, 80, offset_of));
  terms.quality.numbers = 0.001;
  EXPECT_EQ(forecast_of(planner{terms, offset_of}, that_monday + 5h, 80, "UTC", offset_of).binding,
            limit::quality);
}

TEST(plan, nobody_after_the_deadline) {
  auto terms = two_places();
  terms.expires_at = that_monday + 5h;
  planner plan{terms, offset_of};
  EXPECT_EQ(plan.at(that_monday + 4h, 80).look_again, that_monday + 5h);
  const auto after = plan.at(that_monday + 5h, 80);
  EXPECT_EQ(after.binding, limit::deadline);
  EXPECT_EQ(after.left_open, 0);
}

/// 100 people go first, in two places.
plan_terms with_canary() {
  plan_terms terms = two_places();
  terms.canary = canary_terms{.settle = 30min, .claimed_at = {}};
  const auto part = [](part_no no, recipient_seq from, recipient_seq to, place_no place,
                       stage which) {
    return plan_part{
        .no = no, .from = from, .to = to, .next = from, .place = place, .stage = which};
  };
  terms.parts = {part(1, 1, 60, 1, stage::canary), part(2, 61, 100, 2, stage::canary),
                 part(3, 101, 1'000, 1, stage::rest), part(4, 1'001, 3'000, 2, stage::rest)};
  return terms;
}

TEST(plan, lets_only_a_decision_open_what_waits_for_the_canary) {
  planner plan{with_canary(), offset_of};
  const auto begin =
      plan.at(that_monday + 16h, 80); // night in India, and not yet day on the west coast
  EXPECT_EQ(begin.parts[0].closed_by, limit::quiet_hours);
  EXPECT_EQ(begin.parts[2].closed_by, limit::stage) << "whatever else closes it";
  plan.moved({1, 61});
  plan.moved({2, 101});
  for (const auto later : {17h, 18h, 41h}) {
    const auto step = plan.at(that_monday + later, 80);
    EXPECT_EQ(step.parts[2].closed_by, limit::stage);
    EXPECT_EQ(step.left_open, 0);
    EXPECT_EQ(step.binding, limit::stage);
    EXPECT_TRUE(step.any_open) << "tries of those who went first are made";
  }
  auto decided = with_canary();
  decided.canary.reset();
  EXPECT_EQ(planner(decided, offset_of).at(that_monday + 17h, 80).parts[3].closed_by, limit::none);
}

TEST(forecast, counts_the_time_in_which_the_canary_settles) {
  auto terms = with_canary();
  terms.places[1].quiet.clear();
  terms.places[0].quiet.clear();
  const auto finish = [&](const plan_terms& of) {
    return *forecast_of(planner{of, offset_of}, that_monday, 10, "UTC", offset_of).finish;
  };
  const auto with = finish(terms);
  EXPECT_EQ(with, that_monday + 10s + 30min + 290s);
  EXPECT_EQ(finish_without(limit::stage, terms, that_monday, 10, offset_of), that_monday + 300s);
  for (int i : {0, 1})
    terms.parts[static_cast<std::size_t>(i)].next = terms.parts[static_cast<std::size_t>(i)].to + 1;
  terms.canary->claimed_at = that_monday - 20min;
  EXPECT_EQ(finish(terms), that_monday + 10min + 290s) << "it has settled for twenty minutes";
  terms.canary->claimed_at = that_monday - 40min;
  EXPECT_EQ(finish(terms), that_monday + 290s) << "the decision is near";
}

TEST(plan, waits_for_a_parts_own_time) {
  auto terms = two_places();
  terms.parts[0].opens_at = that_monday + 6h;
  planner plan{terms, offset_of};
  EXPECT_EQ(plan.at(that_monday + 4h, 80).parts[0].closed_by, limit::opens_at);
  EXPECT_EQ(plan.at(that_monday + 6h, 80).parts[0].closed_by, limit::none);
}

TEST(plan, looks_anew_when_the_clock_went_back) {
  planner plan{two_places(), offset_of};
  EXPECT_EQ(plan.at(that_monday + 17h, 80).parts[0].closed_by, limit::quiet_hours);
  EXPECT_EQ(plan.at(that_monday + 4h, 80).parts[0].closed_by, limit::none);
}

TEST(plan, goes_by_the_main_zone_where_no_hour_is_common) {
  plan_terms terms;
  terms.places = {{.no = 3, .country = "XX", .zones = {"+12", "+0"}, .quiet = {night}}};
  terms.parts = {{.no = 1, .from = 1, .to = 10, .next = 1, .place = 3}};
  planner plan{terms, offset_of};
  EXPECT_EQ(plan.at(that_monday + 22h, 80).parts[0].closed_by, limit::none); // 10:00 at +12
}

TEST(plan, a_part_of_an_unknown_place_goes_by_utc) {
  plan_terms terms;
  terms.parts = {{.no = 1, .from = 1, .to = 10, .next = 1, .place = 77}};
  EXPECT_EQ(planner(terms, offset_of).at(that_monday, 80).left_open, 10);
}

TEST(plan, of_nobody_waits_for_nothing) {
  const auto step = planner({}, offset_of).at(that_monday, 80);
  EXPECT_TRUE(step.any_open);
  EXPECT_EQ(step.binding, limit::none);
}

TEST(plan, spreads_over_the_open_time) {
  auto terms = two_places();
  terms.parts[1].to = 1'001 + 7'199 - 1'000; // 7,199 people in all
  terms.spread = spread_terms{
      .over = {}, .until = that_monday + 4h + 2h, .from = that_monday + 4h, .pauses = {}};
  for (auto& place : terms.places)
    place.quiet.clear();
  planner plan{terms, offset_of};
  const auto step = plan.at(that_monday + 4h, 80);
  EXPECT_EQ(step.binding, limit::spread);
  EXPECT_NEAR(step.per_second, 1.03, 0.02);
  EXPECT_EQ(step.own_per_minute, 61);
}

plan_terms of_one_place(const char* zone, recipient_seq people) {
  plan_terms terms;
  terms.places = {{.no = 1, .country = "GB", .zones = {zone}, .quiet = {night}}};
  terms.parts = {{.no = 1, .from = 1, .to = people, .next = 1, .place = 1}};
  return terms;
}

TEST(plan, spreads_over_open_time_only) {
  auto terms = of_one_place("+0", 7'200);
  terms.spread = spread_terms{.over = 2h, .until = {}, .from = that_monday + 20h, .pauses = {}};
  planner plan{terms, offset_of};
  const auto evening = plan.at(that_monday + 20h, 80);
  EXPECT_EQ(evening.binding, limit::spread);
  EXPECT_NEAR(evening.per_second, 1.01, 0.02); // an hour is left today, and one of tomorrow
  plan.moved({1, 3'601});
  EXPECT_NEAR(plan.at(that_monday + days{1} + 9h, 80).per_second, 1.02, 0.02);
}

TEST(plan, spreads_the_rest_anew_after_a_pause_over_the_end) {
  auto terms = of_one_place("+0", 7'200);
  terms.parts[0].next = 3'601;
  terms.spread = spread_terms{
      .over = 2h,
      .until = {},
      .from = that_monday + 10h,
      .pauses = {{that_monday + 11h, that_monday + 13h}, {that_monday + 13h, that_monday + 18h}}};
  EXPECT_NEAR(planner(terms, offset_of).at(that_monday + 18h, 80).per_second, 1.02, 0.02);
  terms.spread->pauses.clear(); // without it the time is over: as fast as the numbers can
  EXPECT_EQ(planner(terms, offset_of).at(that_monday + 18h, 20).binding, limit::numbers);
}

TEST(plan, spreads_each_place_in_its_own_hours) {
  auto terms = two_places();
  terms.spread = spread_terms{.over = 6h, .until = {}, .from = that_monday, .pauses = {}};
  terms.parts[0].to = 72'000;
  terms.parts[1].from = terms.parts[1].next = 72'001;
  terms.parts[1].to = 216'000;
  planner plan{terms, offset_of};
  EXPECT_NEAR(plan.at(that_monday + 4h, 80).per_second, 72'000 / (5.5 * 3'600), 0.02); // since 3:30
  plan.moved({1, 72'001});
  EXPECT_NEAR(plan.at(that_monday + 17h, 80).per_second, 144'000 / (4.0 * 3'600),
              0.1); // 0 to 2 before
}

TEST(plan, spreads_from_a_parts_own_time_on) {
  auto terms = of_one_place("+0", 3'600);
  terms.parts[0].opens_at = that_monday + 12h;
  terms.spread = spread_terms{.over = 1h, .until = {}, .from = that_monday, .pauses = {}};
  EXPECT_NEAR(planner(terms, offset_of).at(that_monday + 12h, 80).per_second, 1.02, 0.02);
}

TEST(forecast, of_a_night_between) {
  plan_terms terms;
  terms.places = {{.no = 1, .country = "GB", .zones = {"+0"}, .quiet = {night}}};
  terms.parts = {{.no = 1, .from = 1, .to = 7'200, .next = 1, .place = 1}};
  const auto seen = forecast_of({terms, offset_of}, that_monday + 20h, 1, "UTC", offset_of);
  EXPECT_EQ(seen.first_message, that_monday + 20h);
  EXPECT_EQ(seen.finish, that_monday + days{1} + 10h); // an hour on each day
  EXPECT_EQ(seen.people, 7'200);
  ASSERT_EQ(seen.days.size(), 2U);
  EXPECT_EQ(seen.days[0].people, 3'600);
  EXPECT_EQ(seen.binding, limit::quiet_hours);
  EXPECT_EQ(seen.time_by_limit.at(limit::quiet_hours), 12h);
  EXPECT_EQ(seen.time_by_limit.at(limit::numbers), 2h);
  EXPECT_EQ(finish_without(seen.binding, terms, that_monday + 20h, 1, offset_of),
            that_monday + 22h);
}

TEST(forecast, says_who_is_left_behind_by_the_deadline) {
  plan_terms terms;
  terms.places = {{.no = 1, .country = "GB", .zones = {"+0"}, .quiet = {}}};
  terms.parts = {{.no = 1, .from = 1, .to = 7'200, .next = 1, .place = 1}};
  terms.expires_at = that_monday + 1h;
  const auto seen = forecast_of({terms, offset_of}, that_monday, 1, "UTC", offset_of);
  EXPECT_FALSE(seen.finish);
  EXPECT_EQ(seen.people, 3'600);
  EXPECT_EQ(seen.left, 3'600);
}

TEST(forecast, of_a_window_that_never_opens_ends) {
  plan_terms terms;
  terms.places = {{.no = 1, .country = "GB", .zones = {"+0"}, .quiet = {{{}, {}, 0, 0}}}};
  terms.parts = {{.no = 1, .from = 1, .to = 7'200, .next = 1, .place = 1}};
  const auto seen = forecast_of({terms, offset_of}, that_monday, 1, "UTC", offset_of);
  EXPECT_FALSE(seen.finish);
  EXPECT_FALSE(seen.first_message);
  EXPECT_EQ(seen.binding, limit::quiet_hours);
}

plan_terms any_terms(std::mt19937& random) {
  const auto any = [&](int n) { return std::uniform_int_distribution<int>{0, n - 1}(random); };
  const std::vector<std::string> known{"north", "south", "+0", "+5:30", "-8", "-3"};
  plan_terms terms;
  if (any(2) == 0)
    terms.window = send_window{{},
                               any(12) * 60,
                               (12 + any(12)) * 60,
                               any(2) == 0 ? std::string{recipient_zone} : std::string{"north"}};
  if (any(3) == 0)
    terms.expires_at = that_monday + std::chrono::hours{1 + any(96)};
  if (any(3) == 0)
    terms.rate_per_minute = 60 + any(6'000);
  if (any(4) == 0)
    terms.spread = spread_terms{.over = {},
                                .until = that_monday + std::chrono::hours{1 + any(48)},
                                .from = that_monday,
                                .pauses = {}};
  else if (any(4) == 0)
    terms.spread = spread_terms{
        .over = std::chrono::hours{1 + any(30)}, .until = {}, .from = that_monday, .pauses = {}};
  recipient_seq next = 1;
  for (place_no no = 1; no <= 1 + any(8); ++no) {
    plan_place place{.no = no, .country = "ZZ", .zones = {}, .quiet = {}};
    for (int n = any(2); n >= 0; --n)
      place.zones.push_back(known[static_cast<std::size_t>(any(6))]);
    if (any(2) == 0)
      place.quiet.push_back(night);
    terms.places.push_back(place);
    const auto people = 1 + any(50'000);
    plan_part part{.no = no, .from = next, .to = next + people - 1, .next = next, .place = no};
    if (any(4) == 0)
      part.opens_at = that_monday + std::chrono::hours{any(30)};
    terms.parts.push_back(part);
    next += people;
  }
  return terms;
}

/// The planner asked every second, and obeyed.
std::optional<wall_time> second_by_second(const plan_terms& terms, double per_second) {
  planner plan{terms, offset_of};
  double carried = 0;
  for (auto now = that_monday; now < that_monday + days{20}; now += 1s) {
    const auto step = plan.at(now, per_second);
    if (step.left == 0)
      return now;
    carried += step.per_second;
    for (std::size_t i = 0; i < step.parts.size(); ++i) {
      if (step.parts[i].closed_by != limit::none)
        continue;
      const auto taken = std::min(static_cast<std::int64_t>(carried), step.parts[i].left);
      carried -= static_cast<double>(taken);
      const auto& part = plan.terms().parts[i];
      plan.moved({part.no, static_cast<recipient_seq>(part.next + taken)});
    }
    carried = std::min(carried, per_second);
  }
  return std::nullopt;
}

TEST(forecast, is_within_two_percent_of_obeying_the_plan) {
  std::mt19937 random{13};
  int finished = 0;
  for (int round = 0; round < 40; ++round) {
    const auto terms = any_terms(random);
    const double per_second = 1 + static_cast<double>(random() % 100);
    const auto seen = forecast_of({terms, offset_of}, that_monday, per_second, "UTC", offset_of);
    const auto real = second_by_second(terms, per_second);
    ASSERT_EQ(seen.finish.has_value() && *seen.finish < that_monday + days{20}, real.has_value())
        << "round " << round;
    if (!real)
      continue;
    ++finished;
    const auto wrong = std::chrono::abs(*seen.finish - *real);
    EXPECT_LE(wrong, std::max<std::chrono::milliseconds>(2s, (*real - that_monday) / 50))
        << "round " << round;
  }
  EXPECT_GT(finished, 15);
}

TEST(forecast, is_not_sooner_under_a_stricter_limit) {
  std::mt19937 random{14};
  for (int round = 0; round < 40; ++round) {
    const auto terms = any_terms(random);
    const auto plain = forecast_of({terms, offset_of}, that_monday, 20, "UTC", offset_of);
    auto slower = terms;
    slower.rate_per_minute = terms.rate_per_minute.value_or(1'200) / 2;
    auto quieter = terms;
    for (auto& place : quieter.places)
      place.quiet.push_back({{}, {}, 12 * 60, 13 * 60});
    for (const auto& stricter : {slower, quieter}) {
      const auto seen = forecast_of({stricter, offset_of}, that_monday, 20, "UTC", offset_of);
      if (seen.finish && plain.finish && !terms.spread) {
        EXPECT_GE(*seen.finish + 1s, *plain.finish) << "round " << round;
      }
    }
  }
}

} // namespace
