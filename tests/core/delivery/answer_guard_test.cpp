/// When answers say something of everybody.

#include "stentor/core/delivery/answer_guard.hpp"

#include <gtest/gtest.h>

using namespace stentor::core;

namespace {

constexpr std::int32_t foreign = -4;

int refusals_until_stopped(refusal_guard& guard, std::int32_t code, int patience = 1'000) {
  for (int n = 1; n <= patience; ++n)
    if (guard.refused(code))
      return n;
  return 0;
}

TEST(refusal_guard, stops_after_some_tens_of_one_code) {
  for (const std::int32_t code : {100, 131008, 131030, 131053, 132000, 132012, 987654}) {
    refusal_guard guard;
    EXPECT_EQ(refusals_until_stopped(guard, code), 30) << code;
    EXPECT_EQ(refusals_until_stopped(guard, code), 10) << "the cause is still there";
    guard.accepted();
    EXPECT_EQ(refusals_until_stopped(guard, code), 30) << "it was mended for a while";
  }
}

TEST(refusal_guard, lets_one_bad_row_in_fifty_be) {
  refusal_guard guard;
  for (int n = 0; n < 10'000; ++n) {
    if (n % 50 != 0)
      guard.accepted();
    else
      ASSERT_FALSE(guard.refused(132000));
  }
}

TEST(refusal_guard, counts_one_code_and_no_persons_own) {
  refusal_guard guard;
  for (int n = 0; n < 200; ++n)
    ASSERT_FALSE(guard.refused(n % 2 == 0 ? 132000 : 132012)) << "two causes are none";
  for (int n = 0; n < 200; ++n)
    ASSERT_FALSE(guard.refused(131047)) << "a list of strangers";
  for (int n = 0; n < 29; ++n)
    ASSERT_FALSE(guard.refused(132000));
  ASSERT_FALSE(guard.refused(131047));
  EXPECT_TRUE(guard.refused(132000)) << "a person's own reason is no sign that the rest goes out";
  EXPECT_FALSE(guard.refused(-1)) << "nor is one of ours";
}

TEST(foreign_answer_guard, pauses_after_a_few_in_a_row) {
  foreign_answer_guard guard;
  for (int round = 0; round < 3; ++round) {
    for (int n = 1; n < foreign_answer_guard::in_a_row_max; ++n)
      ASSERT_FALSE(guard.answered(outcome_class::rejected, foreign));
    ASSERT_TRUE(guard.answered(outcome_class::in_doubt, foreign)) << "a success is none either";
  }
}

TEST(foreign_answer_guard, hears_meta_among_them) {
  foreign_answer_guard guard;
  for (int n = 0; n < 1'000; ++n)
    ASSERT_FALSE(n % 5 != 4 ? guard.answered(outcome_class::rejected, foreign)
                            : guard.answered(outcome_class::failed, 131026));
  for (int n = 0; n < 4; ++n)
    ASSERT_FALSE(guard.answered(outcome_class::rejected, foreign));
  ASSERT_FALSE(guard.answered(outcome_class::not_sent, 0));
  ASSERT_FALSE(guard.answered(outcome_class::in_doubt, 0)) << "no answer says nothing";
  EXPECT_TRUE(guard.answered(outcome_class::rejected, foreign));
}

} // namespace
