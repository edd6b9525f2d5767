/// The same refusal for everybody stops number or campaign; single ones stop nothing.

#include "stentor/core/delivery/refusal_streaks.hpp"

#include <gtest/gtest.h>

using namespace stentor::core;

namespace {

class streaks : public ::testing::Test {
protected:
  scope_action refused(std::int32_t code, std::int16_t attempt = 0) {
    return note({.campaign = 1,
                 .attempt = attempt,
                 .kind = outcome_class::failed,
                 .number = 1,
                 .code = code});
  }
  scope_action foreign(outcome_class kind = outcome_class::rejected) {
    return note({.campaign = 1,
                 .kind = kind,
                 .number = 1,
                 .code = static_cast<std::int32_t>(local_code::answer_unreadable)});
  }
  scope_action accepted() {
    return note({.campaign = 1, .kind = outcome_class::accepted, .number = 1});
  }
  scope_action note(const outcome& o) {
    return all_.note(o, decide({.kind = o.kind, .code = o.code, .retries = o.retries}, {}));
  }
  refusal_streaks all_;
};

TEST_F(streaks, the_same_code_for_everybody_stops_the_campaign) {
  for (int i = 1; i < refusal_streaks::same_max; ++i)
    ASSERT_EQ(refused(132000), scope_action::none) << i;
  EXPECT_EQ(refused(132000), scope_action::stop_campaign);
  EXPECT_EQ(refused(132000), scope_action::none) << "it counts anew";
}

TEST_F(streaks, one_bad_row_in_fifty_stops_nothing) {
  for (int i = 0; i < 1'000; ++i)
    ASSERT_EQ(i % 50 == 7 ? refused(131008) : accepted(), scope_action::none);
}

TEST_F(streaks, different_codes_and_later_tries_are_none) {
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(refused(i % 2 == 0 ? 131008 : 131051), scope_action::none);
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(refused(132012, 1), scope_action::none);
}

TEST_F(streaks, answers_that_are_not_metas_stop_the_number) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 1; i < refusal_streaks::foreign_max; ++i)
      ASSERT_EQ(foreign(), scope_action::none) << i;
    EXPECT_EQ(foreign(outcome_class::in_doubt), scope_action::pause_number) << "a 200 counts, too";
  }
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(i % 5 == 0 ? accepted() : foreign(), scope_action::none);
}

TEST_F(streaks, silence_says_nothing) {
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(note({.campaign = 1, .kind = outcome_class::in_doubt, .number = 1}),
              scope_action::none);
}

/// Nobody at Meta has looked at it: the recipient waits, however often that happens.
TEST(an_answer_that_is_not_metas, costs_no_retry) {
  const auto code = static_cast<std::int32_t>(local_code::answer_unreadable);
  for (const auto status : {302, 400, 403, 404, 407, 429}) {
    EXPECT_EQ(class_of_answer(status, code, false), outcome_class::rejected) << status;
    const auto verdict =
        decide({.kind = outcome_class::rejected, .code = code, .retries = 3}, {.retries_max = 3});
    EXPECT_EQ(verdict.event, event_kind::rejected);
    EXPECT_TRUE(verdict.retry);
    EXPECT_FALSE(verdict.counts_as_retry);
  }
  for (const auto status : {200, 204, 500, 502})
    EXPECT_EQ(class_of_answer(status, code, false), outcome_class::in_doubt) << status;
}

} // namespace
