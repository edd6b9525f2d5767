/// The messaging limit in the planner and its forecast.

#include "stentor/core/campaign/forecast.hpp"
#include "tests/core/campaign/support/zones.hpp"

#include <gtest/gtest.h>

using namespace stentor::core;
using namespace std::chrono_literals;

namespace {

const wall_time beginning{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}};

const zone_lookup no_offset = test::offset_of;

plan_terms terms_of(recipient_seq people, std::int64_t may_use) {
  plan_terms terms;
  terms.parts.push_back({.no = 1, .from = 1, .to = people, .next = 1});
  terms.tier = tier_terms{.may_use = may_use, .period = 25h, .used = {}};
  return terms;
}

TEST(tier, what_is_used_stops_counting_in_its_order) {
  tier_ledger ledger{
      {.may_use = 100, .period = 25h, .used = {{beginning + 1h, 60}, {beginning + 2h, 40}}}};
  EXPECT_EQ(ledger.free_at(beginning), 0);
  EXPECT_EQ(ledger.changes_at(), beginning + 1h);
  EXPECT_EQ(ledger.free_at(beginning + 1h), 60);
  ledger.take(60, beginning + 1h, beginning + 2h);
  EXPECT_EQ(ledger.free_at(beginning + 2h - 1ms), 0);
  EXPECT_EQ(ledger.free_at(beginning + 2h), 40);
  EXPECT_EQ(ledger.free_at(beginning + 27h), 100);
  EXPECT_EQ(ledger.changes_at(), wall_time::max());
}

TEST(tier, a_closed_limit_lets_nobody_through_until_its_time) {
  tier_ledger ledger{{.may_use = 100, .used = {}, .closed_until = beginning + 1h}};
  EXPECT_EQ(ledger.free_at(beginning), 0);
  EXPECT_EQ(ledger.changes_at(), beginning + 1h);
  EXPECT_EQ(ledger.free_at(beginning + 1h), 100);
}

TEST(tier, a_limit_that_fell_below_what_is_used_leaves_nothing) {
  tier_ledger ledger{{.may_use = 50, .used = {{beginning + 1h, 60}}}};
  EXPECT_EQ(ledger.free_at(beginning), 0);
  EXPECT_EQ(ledger.free_at(beginning + 1h), 50);
}

TEST(tier, its_parts_stay_open_for_those_who_count_already) {
  auto terms = terms_of(100, 10);
  terms.tier->used = {{beginning + 1h, 10}};
  planner plan{terms, no_offset};
  const auto step = plan.at(beginning, 80);
  EXPECT_TRUE(step.any_open);
  EXPECT_EQ(step.people_free, 0);
  EXPECT_EQ(step.per_second, 0);
  EXPECT_EQ(step.binding, limit::tier);
  EXPECT_EQ(step.look_again, beginning + 1h);
  EXPECT_EQ(plan.at(beginning + 1h, 80).binding, limit::numbers);
}

TEST(tier, a_forecast_spreads_the_list_over_days) {
  const auto terms = terms_of(380'000, 95'000);
  const auto f = forecast_of(planner{terms, no_offset}, beginning, 80, "UTC", no_offset);
  EXPECT_EQ(f.people, 380'000);
  EXPECT_EQ(f.binding, limit::tier);
  ASSERT_EQ(f.days.size(), 4U);
  for (const auto& day : f.days)
    EXPECT_EQ(day.people, 95'000);
  ASSERT_TRUE(f.finish);
  // Three periods of 25 hours, and what one day's people take.
  EXPECT_NEAR(std::chrono::duration<double>(*f.finish - beginning).count(),
              3 * 25 * 3600 + 95'000 / 80.0, 600);
  const auto lifted = finish_without(limit::tier, terms, beginning, 80, no_offset);
  ASSERT_TRUE(lifted);
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(*lifted - beginning), 4750s);
}

TEST(tier, a_forecast_never_has_more_people_in_any_period) {
  auto terms = terms_of(1'000, 100);
  terms.tier->used = {{beginning + 3h, 30}, {beginning + 9h, 55}};
  terms.rate_per_minute = 7;
  planner plan{terms, no_offset};
  const auto f = forecast_of(plan, beginning, 80, "UTC", no_offset);
  EXPECT_EQ(f.people, 1'000);
  ASSERT_TRUE(f.finish);
  EXPECT_GE(*f.finish - beginning, 9 * 25h);
  EXPECT_LE(*f.finish - beginning, 11 * 25h);
}

} // namespace
