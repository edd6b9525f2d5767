/// The error policy by tables.
#include "stentor/core/delivery/error_policy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using namespace stentor::core;
using ra = recipient_action;
using sa = scope_action;
using oc = outcome_class;

const retry_policy policy{};

struct rule_case {
  std::int32_t code;
  ra recipient;
  sa scope;
};

TEST(rules, follow_the_table_of_meta) {
  const rule_case cases[] = {
      {131026, ra::retry_backoff, sa::none},
      {131049, ra::retry_day, sa::none},
      {131050, ra::opt_out, sa::none},
      {131047, ra::give_up, sa::none},
      {100, ra::give_up, sa::none},
      {131056, ra::retry_pair, sa::none},
      {130429, ra::retry_when_clear, sa::slow_number},
      {4, ra::retry_when_clear, sa::slow_number},
      {80007, ra::retry_when_clear, sa::slow_number},
      {132001, ra::retry_when_clear, sa::stop_template},
      {132015, ra::retry_when_clear, sa::stop_template},
      {132016, ra::give_up, sa::stop_template},
      {132007, ra::give_up, sa::stop_template},
      {132000, ra::give_up, sa::none},
      {133010, ra::retry_when_clear, sa::pause_number},
      {131045, ra::retry_when_clear, sa::pause_number},
      {131048, ra::retry_when_clear, sa::pause_number},
      {131057, ra::retry_when_clear, sa::pause_number},
      {368, ra::retry_when_clear, sa::pause_account},
      {131031, ra::retry_when_clear, sa::pause_account},
      {131042, ra::retry_when_clear, sa::pause_account},
      {0, ra::retry_when_clear, sa::pause_token},
      {3, ra::retry_when_clear, sa::pause_token},
      {10, ra::retry_when_clear, sa::pause_token},
      {102, ra::retry_when_clear, sa::pause_token},
      {190, ra::retry_when_clear, sa::pause_token},
      {200, ra::retry_when_clear, sa::pause_token},
      {250, ra::retry_when_clear, sa::pause_token},
      {299, ra::retry_when_clear, sa::pause_token},
      {131005, ra::retry_when_clear, sa::pause_token},
      {131000, ra::retry_backoff, sa::none},
      {131016, ra::retry_backoff, sa::slow_number},
      {130472, ra::give_up, sa::none},
      {131207, ra::give_up, sa::none},
      {139003, ra::give_up, sa::stop_template},
  };
  for (const auto& c : cases) {
    const auto& rule = rule_for(c.code);
    EXPECT_EQ(rule.recipient, c.recipient) << c.code;
    EXPECT_EQ(rule.scope, c.scope) << c.code;
    EXPECT_FALSE(rule.meaning.empty()) << c.code;
  }
}

TEST(rules, unknown_codes_believe_is_transient) {
  EXPECT_EQ(rule_for(987654, true).recipient, ra::retry_backoff);
  EXPECT_EQ(rule_for(987654, false).recipient, ra::give_up);
}

struct answer_case {
  int http;
  std::int32_t code;
  bool transient;
  oc wanted;
};

TEST(answers, are_proof_or_doubt) {
  constexpr std::int32_t none = -4;
  const answer_case cases[] = {
      // without a code of Meta's
      {200, none, false, oc::in_doubt},
      {202, none, false, oc::in_doubt},
      {302, none, false, oc::rejected},
      {400, none, false, oc::rejected},
      {403, none, false, oc::rejected},
      {404, none, false, oc::rejected},
      {407, none, false, oc::rejected},
      {429, none, false, oc::rejected},
      {500, none, false, oc::in_doubt},
      {502, none, false, oc::in_doubt},
      {504, none, false, oc::in_doubt},
      {0, none, false, oc::in_doubt},
      {200, 0, false, oc::in_doubt},
      {400, 0, false, oc::rejected},
      {500, 0, false, oc::in_doubt},
      {401, 0, false, oc::rejected},
      // throttling proves itself with any status
      {400, 130429, false, oc::rejected},
      {429, 130429, false, oc::rejected},
      {500, 130429, false, oc::rejected},
      {503, 4, false, oc::rejected},
      {500, 80007, false, oc::rejected},
      {500, 131056, false, oc::rejected},
      // the four that may have been taken
      {500, 1, false, oc::in_doubt},
      {400, 1, false, oc::rejected},
      {503, 2, true, oc::in_doubt},
      {400, 2, true, oc::rejected},
      {500, 131000, false, oc::in_doubt},
      {400, 131000, false, oc::rejected},
      {503, 131016, false, oc::in_doubt},
      {400, 131016, false, oc::rejected},
      {503, 131057, false, oc::in_doubt},
      {400, 131057, false, oc::rejected},
      // final refusals
      {400, 100, false, oc::failed},
      {400, 131047, false, oc::failed},
      {429, 131047, false, oc::failed},
      {400, 132000, false, oc::failed},
      {400, 131050, false, oc::failed},
      {404, 132001, false, oc::rejected},
      {401, 190, false, oc::rejected},
      {403, 200, false, oc::rejected},
      // unknown codes
      {400, 987654, true, oc::rejected},
      {400, 987654, false, oc::failed},
      {500, 987654, true, oc::in_doubt},
      {500, 987654, false, oc::in_doubt},
      {200, 987654, false, oc::in_doubt},
  };
  for (const auto& c : cases)
    EXPECT_EQ(class_of_answer(c.http, c.code, c.transient), c.wanted) << c.http << " " << c.code;
}

TEST(verdicts, of_ends_without_an_error) {
  EXPECT_EQ(decide({.kind = oc::accepted}, policy).event, event_kind::accepted);
  EXPECT_EQ(decide({.kind = oc::in_doubt}, policy).event, event_kind::in_doubt);
  EXPECT_FALSE(decide({.kind = oc::in_doubt}, policy).retry);
  EXPECT_EQ(decide({.kind = oc::in_doubt}, policy).scope, sa::none);
  EXPECT_EQ(decide({.kind = oc::in_doubt, .code = 131016}, policy).scope, sa::slow_number);
  EXPECT_EQ(decide({.kind = oc::not_sent, .stopped = true}, policy).event, event_kind::opted_out);
  for (const auto kind : {oc::not_sent, oc::not_processed}) {
    const auto verdict = decide({.kind = kind, .retries = 3}, policy);
    EXPECT_EQ(verdict.event, event_kind::rejected);
    EXPECT_TRUE(verdict.retry);
    EXPECT_FALSE(verdict.counts_as_retry);
  }
}

TEST(verdicts, back_off_as_the_seed_says_and_end) {
  for (const auto by_webhook : {false, true}) {
    EXPECT_EQ(
        decide({.kind = oc::failed, .code = 131026, .by_webhook = by_webhook}, policy).retry_delay,
        1min);
    EXPECT_EQ(
        decide({.kind = oc::failed, .code = 131026, .by_webhook = by_webhook, .retries = 1}, policy)
            .retry_delay,
        2min);
    const auto last = decide(
        {.kind = oc::failed, .code = 131026, .by_webhook = by_webhook, .retries = 2}, policy);
    EXPECT_EQ(last.retry_delay, 4min);
    EXPECT_EQ(last.event, event_kind::rejected);
    EXPECT_TRUE(last.counts_as_retry);
    const auto over = decide(
        {.kind = oc::failed, .code = 131026, .by_webhook = by_webhook, .retries = 3}, policy);
    EXPECT_EQ(over.event, event_kind::failed);
    EXPECT_FALSE(over.retry);
    EXPECT_EQ(over.replaced_by, local_code::retries_exhausted);
  }
}

TEST(verdicts, a_campaign_without_retries_keeps_metas_code) {
  retry_policy off = policy;
  off.enabled = false;
  const auto verdict = decide({.kind = oc::failed, .code = 131026, .by_webhook = true}, off);
  EXPECT_EQ(verdict.event, event_kind::failed);
  EXPECT_EQ(verdict.replaced_by, local_code::none);
  // Throttling is no failure of the message: it goes on all the same.
  EXPECT_TRUE(decide({.kind = oc::rejected, .code = 130429}, off).retry);
}

TEST(verdicts, throttling_uses_up_no_retries) {
  for (const std::int32_t code : {130429, 4, 80007, 131057, 190, 131042, 132015, 429, -4}) {
    const auto verdict = decide({.kind = oc::rejected, .code = code, .retries = 99}, policy);
    EXPECT_TRUE(verdict.retry) << code;
    EXPECT_FALSE(verdict.counts_as_retry) << code;
    EXPECT_GT(verdict.retry_delay, 0ms) << code;
    EXPECT_NE(verdict.scope, sa::none) << code;
  }
}

TEST(rounds, wait_longer_the_more_there_were_and_never_run_out) {
  EXPECT_EQ(round_delay(0), 1s);
  EXPECT_EQ(round_delay(119), 1s);
  auto waited = 0ms;
  for (std::int16_t attempt = 0; attempt < attempts_max; ++attempt) {
    const auto delay = round_delay(attempt);
    ASSERT_GE(delay, attempt == 0 ? 1s : round_delay(static_cast<std::int16_t>(attempt - 1)));
    ASSERT_TRUE(waited < 1min || delay <= waited / 20) << "it goes on soon after an outage";
    waited += delay;
  }
  EXPECT_GT(waited, 60 * 24h) << "no outage is longer";
}

TEST(verdicts, a_day_and_two_hours_at_most_for_the_marketing_cap) {
  const auto of = [](recipient_seq seq) {
    const auto verdict = decide({.kind = oc::failed,
                                 .code = 131049,
                                 .by_webhook = true,
                                 .campaign = campaign_no{3},
                                 .seq = seq},
                                policy);
    EXPECT_TRUE(verdict.retry);
    return verdict.retry_delay;
  };
  int in_the_first_hour = 0;
  for (recipient_seq seq = 1; seq <= 1'000; ++seq) {
    ASSERT_GE(of(seq), 24h);
    ASSERT_LT(of(seq), 26h);
    ASSERT_EQ(of(seq), of(seq)) << "whoever decides it, on whichever daemon";
    in_the_first_hour += of(seq) < 25h ? 1 : 0;
  }
  EXPECT_NEAR(in_the_first_hour, 500, 60) << "spread evenly";
  EXPECT_NE(recovery_jitter(24h, campaign_no{1}, 1), recovery_jitter(24h, campaign_no{2}, 1));
  EXPECT_LT(recovery_jitter(4s, campaign_no{1}, 1), 334ms) << "a demo waits for seconds";
  EXPECT_LT(recovery_jitter(7 * 24h, campaign_no{1}, 1), 2h);
  EXPECT_EQ(recovery_jitter(0s, campaign_no{1}, 1), 0s);
  EXPECT_EQ(decide({.kind = oc::failed, .code = 131049, .by_webhook = true, .retries = 2}, policy)
                .replaced_by,
            local_code::retries_exhausted);
}

TEST(verdicts, the_pair_limit_grows_by_four_and_uses_up_no_retries) {
  const auto pair = [](std::int16_t attempt, std::int32_t retries) {
    return decide({.kind = oc::rejected, .code = 131056, .attempt = attempt, .retries = retries},
                  policy);
  };
  EXPECT_EQ(pair(0, 0).retry_delay, 1s);
  EXPECT_EQ(pair(1, 0).retry_delay, 4s);
  EXPECT_EQ(pair(2, 0).retry_delay, 16s);
  EXPECT_EQ(pair(1'000, 0).retry_delay, 256s);
  for (const auto& verdict : {pair(0, 0), pair(3, 2), pair(1'000, 1'000)}) {
    EXPECT_TRUE(verdict.retry);
    EXPECT_FALSE(verdict.counts_as_retry)
        << "the next refusal of the person's own has all its tries";
    EXPECT_EQ(verdict.scope, sa::none);
  }
}

TEST(verdicts, an_answer_that_is_not_metas_gives_up_on_nobody) {
  const auto refused = decide({.kind = oc::rejected, .code = -4, .retries = 3}, policy);
  EXPECT_EQ(refused.event, event_kind::rejected);
  EXPECT_TRUE(refused.retry);
  EXPECT_FALSE(refused.counts_as_retry);
  EXPECT_EQ(decide({.kind = oc::in_doubt, .code = -4}, policy).event, event_kind::in_doubt);
}

TEST(rules, know_what_is_about_one_person) {
  for (const std::int32_t code : {131026, 131047, 131049, 131050, 130472})
    EXPECT_TRUE(is_about_the_person(code)) << code;
  for (const std::int32_t code : {100, 131008, 131030, 131053, 132000, 132012, 987654})
    EXPECT_FALSE(is_about_the_person(code)) << code;
}

TEST(verdicts, media_that_are_uploaded_anew_are_tried_again) {
  auto policy = retry_policy{};
  attempt_end end{.kind = outcome_class::rejected, .code = media_refused};
  EXPECT_FALSE(decide(end, policy).retry) << "a link of the campaign's";
  policy.media_are_ours = true;
  EXPECT_TRUE(decide(end, policy).retry);
  EXPECT_EQ(decide(end, policy).retry_delay, std::chrono::minutes{1});
  end.kind = outcome_class::failed;
  end.by_webhook = true;
  EXPECT_TRUE(decide(end, policy).retry);
  end.retries = policy.retries_max;
  EXPECT_FALSE(decide(end, policy).retry) << "not for ever";
  end.retries = 0;
  policy.enabled = false;
  EXPECT_FALSE(decide(end, policy).retry);
}

TEST(verdicts, stops_of_people_and_portfolios) {
  EXPECT_EQ(decide({.kind = oc::failed, .code = 131050, .by_webhook = true}, policy).event,
            event_kind::opted_out);
  EXPECT_EQ(decide({.kind = oc::failed, .code = 135000}, policy).scope, sa::none);
  EXPECT_EQ(decide({.kind = oc::failed, .code = 135000, .by_webhook = true}, policy).scope,
            sa::pause_account);
  EXPECT_EQ(decide({.kind = oc::failed, .code = -4, .by_webhook = true}, policy).event,
            event_kind::failed);
  EXPECT_FALSE(decide({.kind = oc::failed, .code = -4, .by_webhook = true}, policy).retry);
}

TEST(waits, obey_retry_after_within_reason) {
  const auto refused = decide({.kind = oc::rejected, .code = 131000}, policy);
  ASSERT_TRUE(refused.retry);
  EXPECT_EQ(retry_wait(refused, 0, 0, policy), refused.retry_delay);
  EXPECT_EQ(retry_wait(refused, 600, 0, policy), 10min);
  EXPECT_EQ(retry_wait(refused, 2'147'483'647, 0, policy), policy.delay_max) << "not 68 years";
  EXPECT_EQ(retry_wait(refused, -5, 0, policy), refused.retry_delay);
  const auto slow = decide({.kind = oc::rejected, .code = 130429}, policy);
  EXPECT_GE(retry_wait(slow, 0, 6'000, policy), round_delay(6'000));
}

} // namespace
