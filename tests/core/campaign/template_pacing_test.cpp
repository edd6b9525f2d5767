/// What Meta's template pacing does to a campaign's plan.
#include "stentor/core/delivery/pacing/template_pacing.hpp"

#include "stentor/core/campaign/forecast.hpp"
#include "tests/core/campaign/support/zones.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using namespace stentor::core;
using stentor::core::test::offset_of;

constexpr wall_time noon = std::chrono::sys_days{std::chrono::year{2026} / 12 / 1} + 12h;

plan_terms a_list(template_pacing pacing) {
  plan_terms terms;
  terms.places = {{.no = 0, .country = "DE", .zones = {"+1"}, .quiet = {}}};
  terms.parts = {{.no = 1, .from = 1, .to = 100'000, .next = 1}};
  terms.pacing = pacing;
  return terms;
}

TEST(template_pacing, holds_until_meta_has_decided_and_begins_slowly) {
  EXPECT_EQ(pacing_at({}, noon).share, 1);
  EXPECT_EQ(pacing_at({}, noon).changes_at, wall_time::max());
  const template_pacing held{.held_since = noon, .let_go_at = {}};
  EXPECT_EQ(pacing_at(held, noon).share, 0);
  EXPECT_EQ(pacing_at(held, noon).changes_at, noon + 65min);
  EXPECT_EQ(pacing_at(held, noon + 65min).share, 0.25) << "though nothing was heard";
  const template_pacing gone{.held_since = {}, .let_go_at = noon};
  EXPECT_EQ(pacing_at(gone, noon).share, 0.25);
  EXPECT_EQ(pacing_at(gone, noon).changes_at, noon + 10min);
  EXPECT_EQ(pacing_at(gone, noon + 10min).share, 0.5);
  EXPECT_EQ(pacing_at(gone, noon + 20min).share, 1);
  EXPECT_EQ(pacing_at(gone, noon + 20min).changes_at, wall_time::max());
  EXPECT_EQ(pacing_at(gone, noon - 1h).share, 0.25) << "a clock that was put back";
}

TEST(template_pacing, closes_the_parts_and_then_binds_their_rate) {
  planner plan{a_list({.held_since = noon, .let_go_at = {}}), offset_of};
  auto step = plan.at(noon + 1min, 80);
  EXPECT_FALSE(step.any_open);
  EXPECT_EQ(step.binding, limit::pacing);
  EXPECT_EQ(step.look_again, noon + 65min);
  step = plan.at(noon + 66min, 80);
  EXPECT_EQ(step.per_second, 20);
  EXPECT_EQ(step.own_per_minute, 1'200);
  EXPECT_EQ(step.binding, limit::pacing);
  EXPECT_EQ(step.look_again, noon + 75min);
  step = plan.at(noon + 86min, 80);
  EXPECT_EQ(step.binding, limit::numbers);
  EXPECT_FALSE(step.own_per_minute);
}

TEST(template_pacing, a_lower_rate_of_the_campaign_still_binds) {
  auto terms = a_list({.held_since = {}, .let_go_at = noon});
  terms.rate_per_minute = 600;
  planner plan{terms, offset_of};
  EXPECT_EQ(plan.at(noon, 80).binding, limit::rate);
  EXPECT_EQ(plan.at(noon, 80).own_per_minute, 600);
}

TEST(template_pacing, is_part_of_the_forecast) {
  const auto slow = a_list({.held_since = {}, .let_go_at = noon});
  const auto made = forecast_of(planner{slow, offset_of}, noon, 80, "UTC", offset_of);
  // 10 min of 20/s and 10 of 40 are 36,000; the other 64,000 take 800 s.
  ASSERT_TRUE(made.finish);
  EXPECT_EQ(*made.finish, noon + 20min + 800s);
  const auto without = finish_without(limit::pacing, slow, noon, 80, offset_of);
  ASSERT_TRUE(without);
  EXPECT_EQ(*without, noon + 1250s);
}

} // namespace
