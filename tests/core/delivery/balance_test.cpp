/// The balance of a campaign, and what becomes of doubts.

#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/delivery/balance.hpp"
#include "stentor/core/delivery/error_policy.hpp"

#include <gtest/gtest.h>

#include <array>

using namespace stentor::core;

namespace {

TEST(balance, explains_each_recipient_by_one_state) {
  const std::array counts{
      state_count{"sent", 1},      state_count{"delivered", 2}, state_count{"read", 3},
      state_count{"responded", 4}, state_count{"failed", 5},    state_count{"opted_out", 6},
      state_count{"held", 7},      state_count{"in_doubt", 8},  state_count{"cancelled", 9},
      state_count{"sending", 10},  state_count{"retracted", 1}};
  const auto b = balance_of(101, 20, counts, untouched::pending);
  EXPECT_EQ(b.sent, 10);
  EXPECT_EQ(b.failed, 5);
  EXPECT_EQ(b.opted_out, 6);
  EXPECT_EQ(b.held, 7);
  EXPECT_EQ(b.in_doubt, 8);
  EXPECT_EQ(b.cancelled, 9);
  EXPECT_EQ(b.retracted, 1);
  EXPECT_EQ(b.pending, 35) << "10 that are sending and 25 whom nothing has happened to";
  EXPECT_FALSE(b.settled());
}

TEST(balance, an_early_end_explains_the_rest_but_no_doubts) {
  const std::array counts{state_count{"sent", 3}, state_count{"sending", 1},
                          state_count{"in_doubt", 2}};
  const auto cancelled = balance_of(10, 1, counts, untouched_in(campaign_status::cancelled));
  EXPECT_EQ(cancelled.cancelled, 4);
  EXPECT_EQ(cancelled.pending, 0);
  EXPECT_FALSE(cancelled.settled());
  EXPECT_EQ(balance_of(10, 1, counts, untouched_in(campaign_status::expired)).expired, 4);
  EXPECT_EQ(balance_of(10, 1, counts, untouched_in(campaign_status::failed)).cancelled, 4);
  EXPECT_EQ(balance_of(10, 1, counts, untouched_in(campaign_status::paused)).pending, 4);
  EXPECT_TRUE(balance_of(10, 10, {}, untouched::pending).settled());
  EXPECT_FALSE(balance_of(5, 3, counts, untouched::cancelled).settled())
      << "more is told than there are recipients";
}

TEST(in_doubt, ends_by_the_policy_unless_an_answer_or_the_attempts_say_otherwise) {
  using enum in_doubt_policy;
  for (const auto policy : {hold, resend, fail}) {
    EXPECT_EQ(settle({.policy = policy, .attempt = 0, .code = 0, .may_retry = true}), policy);
    EXPECT_EQ(settle({.policy = policy, .attempt = 1, .code = 131000, .reached = true}), hold);
    EXPECT_EQ(settle({.policy = policy, .attempt = 0, .code = 131000, .may_retry = true}), resend);
    EXPECT_EQ(settle({.policy = policy, .attempt = 0, .code = 131000, .may_retry = false}), fail);
    EXPECT_EQ(settle({.policy = policy, .attempt = attempts_max, .code = 0, .may_retry = true}),
              fail);
    EXPECT_EQ(in_doubt_policy_from(to_string(policy)), policy);
  }
}

} // namespace
