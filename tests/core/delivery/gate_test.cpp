/// Gates decide by what is sure. The bounds are held against published values and against chance
/// itself; decisions against every count that a small canary can have.

#include "stentor/core/delivery/gate.hpp"

#include <gtest/gtest.h>

#include <random>

namespace stentor::core {
namespace {

gate_counts counts_of(std::int64_t ended, std::int64_t failed) {
  return {.ended = ended, .delivered = ended - failed, .failed = failed};
}

canary_facts canary_of(std::int64_t people, const gate_counts& counts) {
  return {.gates = {{gate_kind::failed, 0.10}}, .counts = counts, .people = people};
}

TEST(wilsons_bounds, are_those_of_the_textbook) {
  // R. G. Newcombe, Statistics in Medicine 17 (1998): 81 of 263, 15 of 148, 0 of 20, 29 of 29.
  const auto close = [](share_bounds b, double lower, double upper) {
    EXPECT_NEAR(b.lower, lower, 0.0001);
    EXPECT_NEAR(b.upper, upper, 0.0001);
  };
  close(wilson(81, 263), 0.2553, 0.3662);
  close(wilson(15, 148), 0.0624, 0.1605);
  close(wilson(0, 20), 0, 0.1611);
  close(wilson(29, 29), 0.8830, 1);
  close(wilson(0, 0), 0, 1);
}

TEST(wilsons_bounds, hold_the_share_and_shrink_with_more_people) {
  for (std::int64_t of = 1; of < 400; of += 3)
    for (std::int64_t hits = 0; hits <= of; ++hits) {
      const auto b = wilson(hits, of);
      const auto share = static_cast<double>(hits) / static_cast<double>(of);
      ASSERT_LE(b.lower, share + 1e-12);
      ASSERT_GE(b.upper, share - 1e-12);
      const auto more = wilson(hits * 4, of * 4);
      ASSERT_GE(more.lower, b.lower);
      ASSERT_LE(more.upper, b.upper);
      const auto mirrored = wilson(of - hits, of);
      ASSERT_NEAR(mirrored.lower, 1 - b.upper, 1e-9);
    }
}

TEST(wilsons_bounds, are_left_by_chance_as_seldom_as_they_say) {
  std::mt19937 random{20261128};
  for (const double truth : {0.02, 0.10, 0.40}) {
    std::binomial_distribution<int> hits{1'000, truth};
    int stopped = 0;
    constexpr int rounds = 20'000;
    for (int i = 0; i < rounds; ++i)
      stopped += wilson(hits(random), 1'000).lower > truth ? 1 : 0;
    EXPECT_LT(stopped, rounds * 4 / 100) << truth << ": 2.5 % are expected";
  }
}

TEST(a_gate, counts_whom_meta_keeps_back_once) {
  const gate_counts c{
      .ended = 100, .delivered = 60, .read = 30, .failed = 40, .opted_out = 1, .capped = 35};
  const auto hits = [&](gate_kind kind) { return read_gate({kind, 0.5}, c).hits; };
  EXPECT_EQ(hits(gate_kind::failed), 5);
  EXPECT_EQ(hits(gate_kind::capped), 35);
  EXPECT_EQ(hits(gate_kind::opted_out), 1);
  EXPECT_EQ(read_gate({gate_kind::read, 0.5}, c).of, 60);
}

TEST(a_gate, has_the_name_that_it_is_asked_for_by) {
  for (const auto kind :
       {gate_kind::failed, gate_kind::opted_out, gate_kind::capped, gate_kind::read})
    EXPECT_EQ(gate_kind_from(to_string(kind)), kind);
  EXPECT_EQ(gate_kind_from("clicked"), std::nullopt);
}

TEST(a_canary, waits_until_nine_of_ten_have_an_end) {
  EXPECT_EQ(decide(canary_of(1'000, counts_of(899, 0))).step, canary_step::wait);
  EXPECT_EQ(decide(canary_of(1'000, counts_of(900, 0))).step, canary_step::open);
  EXPECT_EQ(decide(canary_of(1'000, counts_of(900, 400))).step, canary_step::stop);
}

TEST(a_canary, waits_for_its_time_while_chance_may_explain_it) {
  for (const auto failed : {85, 105}) {
    auto facts = canary_of(1'000, counts_of(950, failed));
    EXPECT_EQ(decide(facts).step, canary_step::wait) << failed;
    facts.settled = true;
    const auto decision = decide(facts);
    EXPECT_EQ(decision.step, failed == 85 ? canary_step::open : canary_step::ask);
    EXPECT_EQ(decision.by.has_value(), failed == 105);
  }
}

TEST(a_canary, without_receipts_asks_when_it_is_overdue) {
  auto facts = canary_of(1'000, {});
  facts.settled = true;
  EXPECT_EQ(decide(facts).step, canary_step::wait);
  facts.overdue = true;
  EXPECT_EQ(decide(facts).step, canary_step::ask);
  EXPECT_EQ(decide(facts).by->of, 0);
}

TEST(a_canary, gives_people_time_to_read) {
  canary_facts facts{.gates = {{gate_kind::read, 0.3}},
                     .counts = {.ended = 1'000, .delivered = 1'000, .read = 10},
                     .people = 1'000};
  EXPECT_EQ(decide(facts).step, canary_step::wait);
  facts.settled = true;
  EXPECT_EQ(decide(facts).step, canary_step::stop);
  facts = {.gates = facts.gates,
           .counts = {.ended = 1'000, .delivered = 1'000, .read = 500},
           .people = 1'000};
  EXPECT_EQ(decide(facts).step, canary_step::open) << "more may only read it";
}

TEST(a_canary, stops_by_the_gate_that_surely_fails_whatever_the_others_say) {
  canary_facts facts{.gates = {{gate_kind::failed, 0.10}, {gate_kind::opted_out, 0.02}},
                     .counts = {.ended = 1'000, .delivered = 890, .failed = 110, .opted_out = 60},
                     .people = 1'000,
                     .settled = true};
  const auto decision = decide(facts);
  EXPECT_EQ(decision.step, canary_step::stop);
  EXPECT_EQ(decision.by->by.kind, gate_kind::opted_out);
}

/// More harm never makes a decision milder, and when time is over there is one.
TEST(a_canary, is_never_treated_better_for_failing_more) {
  const auto severity = [](canary_step s) {
    return s == canary_step::open ? 0 : s == canary_step::wait ? 1 : s == canary_step::ask ? 2 : 3;
  };
  for (const bool settled : {false, true})
    for (std::int64_t people : {1, 5, 40, 250}) {
      int worst = 0;
      for (std::int64_t failed = 0; failed <= people; ++failed) {
        auto facts = canary_of(people, counts_of(people, failed));
        facts.settled = settled;
        const auto step = severity(decide(facts).step);
        ASSERT_GE(step, worst) << people << " " << failed;
        worst = step;
        facts.overdue = true;
        ASSERT_NE(decide(facts).step, canary_step::wait);
      }
    }
}

TEST(a_running_campaign, is_stopped_by_what_is_sure_and_seen_often_enough) {
  const std::vector<gate> gates{{gate_kind::failed, 0.10}, {gate_kind::read, 0.2}};
  EXPECT_FALSE(killed_by(gates, counts_of(199, 199), {}));
  EXPECT_TRUE(killed_by(gates, counts_of(200, 199), {}));
  EXPECT_FALSE(killed_by(gates, counts_of(200, 26), {})) << "chance may explain it";
  const gate_counts unread{.ended = 500, .delivered = 500};
  EXPECT_FALSE(killed_by(gates, unread, {})) << "they have it only just";
  EXPECT_EQ(killed_by(gates, {}, unread)->by.kind, gate_kind::read);
  EXPECT_FALSE(killed_by({}, counts_of(1'000, 1'000), unread)) << "nobody asked";
}

TEST(counts, are_reduced_by_what_was_judged_and_never_below_nothing) {
  auto c = counts_of(300, 50);
  c -= counts_of(200, 60);
  EXPECT_EQ(c, (gate_counts{.ended = 100, .delivered = 110, .failed = 0}));
}

} // namespace
} // namespace stentor::core
