/// The verdicts: what is done about the end of one request, or about a `failed` webhook. Pure; any
/// thread.
#include "stentor/core/delivery/error_policy.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

using ra = recipient_action;
using sa = scope_action;

/// 4^4 s are four minutes; the pair limit has recovered by then.
constexpr std::int32_t pair_exponent_max = 4;
/// 2^10 times a minute is 17 hours.
constexpr std::int32_t backoff_exponent_max = 10;
/// A paused scope without an end hands nothing out before it is cleared; this keeps what the pause
/// overtakes from spinning.
constexpr std::chrono::milliseconds clear_delay_min{5'000};
constexpr std::chrono::milliseconds refused_stream_delay{1'000};
constexpr std::chrono::milliseconds foreign_delay{5'000};

disposition again(std::chrono::milliseconds delay, bool counts) {
  return {.event = event_kind::rejected,
          .retry = true,
          .retry_delay = delay,
          .counts_as_retry = counts};
}

disposition within_budget(std::chrono::milliseconds delay, std::int32_t retries, std::int32_t max,
                          bool enabled) {
  if (enabled && retries < max)
    return again(delay, true);
  disposition verdict{};
  if (retries > 0)
    verdict.replaced_by = local_code::retries_exhausted;
  return verdict;
}

disposition follow(const error_rule& rule, const attempt_end& end, const retry_policy& policy) {
  const auto retries = end.retries;
  const auto attempt = end.attempt;
  switch (rule.recipient) {
  case ra::none:
    return {.event = event_kind::accepted};
  case ra::give_up:
    return {.event = event_kind::failed};
  case ra::opt_out:
    return {.event = event_kind::opted_out};
  case ra::doubt:
    return {.event = event_kind::in_doubt};
  case ra::retry_backoff:
    return within_budget(
        std::min<std::chrono::milliseconds>(
            policy.delay_max,
            policy.base_delay * (1LL << std::clamp(retries, 0, backoff_exponent_max))),
        retries, policy.retries_max, policy.enabled);
  case ra::retry_day:
    return within_budget(
        policy.day_delay + recovery_jitter(policy.day_delay, end.campaign, end.seq), retries,
        policy.day_retries_max.value_or(
            std::min(policy.retries_max, recovery_limits::tries_advised)),
        policy.enabled);
  case ra::retry_pair:
    return again(policy.pair_delay *
                     (1LL << (2 * std::clamp<std::int32_t>(attempt, 0, pair_exponent_max))),
                 false);
  case ra::retry_when_clear:
    return again(
        std::max<std::chrono::milliseconds>(rule.scope_wait, rule.scope == sa::slow_number
                                                                 ? std::chrono::milliseconds{1'000}
                                                                 : clear_delay_min),
        false);
  }
  return {};
}

/// So the wait after an outage of an hour is 11 s, after one of a day 54 s.
constexpr int rounds_per_second_more = 60;
constexpr int round_delay_max_s = 300;

} // namespace

void retry_policy::recover_by(const recovery_terms& terms) noexcept {
  day_retries_max = terms.tries;
  day_delay = terms.spacing.value_or(day_delay);
}

std::chrono::milliseconds round_delay(std::int16_t attempt) noexcept {
  return std::chrono::seconds{std::clamp(attempt / rounds_per_second_more, 1, round_delay_max_s)};
}

std::chrono::milliseconds retry_wait(const disposition& verdict, std::int32_t retry_after_s,
                                     std::int16_t attempt, const retry_policy& policy) noexcept {
  const auto asked = std::min<std::chrono::milliseconds>(
      std::chrono::seconds{std::max(retry_after_s, 0)}, policy.delay_max);
  const auto wait = std::max(verdict.retry_delay, asked);
  return verdict.counts_as_retry ? wait : std::max(wait, round_delay(attempt));
}

disposition decide(const attempt_end& end, const retry_policy& policy) noexcept {
  const auto kind = end.kind;
  const auto code = end.code;
  const auto stopped = end.stopped;
  const auto by_webhook = end.by_webhook;
  if (stopped && kind != outcome_class::accepted && kind != outcome_class::in_doubt)
    return {.event = event_kind::opted_out};
  switch (kind) {
  case outcome_class::accepted:
    return {.event = event_kind::accepted};
  case outcome_class::not_sent:
    return again(std::chrono::milliseconds{0}, false);
  case outcome_class::not_processed:
    return again(refused_stream_delay, false);
  case outcome_class::in_doubt: {
    disposition verdict{.event = event_kind::in_doubt};
    if (code != 0) { // a stumbling server says something about the number all the same
      const auto& rule = rule_for(code);
      verdict.scope = rule.scope;
      verdict.scope_wait = rule.scope_wait;
    }
    return verdict;
  }
  case outcome_class::rejected:
  case outcome_class::failed:
    break;
  }
  if (by_webhook && code < 0) // Meta gave up on it and does not say why
    return {.event = event_kind::failed};
  auto rule = rule_for(code, kind == outcome_class::rejected);
  if (code == media_refused && policy.media_are_ours)
    rule.recipient = ra::retry_backoff;
  auto verdict = follow(rule, end, policy);
  verdict.scope = rule.scope;
  verdict.scope_wait = rule.scope_wait;
  if (by_webhook && code == 135000) // the rest of a batch that portfolio pacing dropped
    verdict.scope = sa::pause_account;
  return verdict;
}

} // namespace stentor::core
