#pragma once
/// The error policy: from what happened to what is done about it. One table, from the brief of
/// Meta's protocol (its sections 3.4 to 3.8) and the seed's "Error Handling & Retries".

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/event.hpp"
#include "stentor/core/delivery/outcome.hpp"
#include "stentor/core/delivery/recovery.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::core {

/// What is done about the recipient.
enum class recipient_action : std::uint8_t {
  none,             ///< nothing more to do: accepted
  give_up,          ///< failed for good
  retry_backoff,    ///< again after 2^retries times the base delay
  retry_pair,       ///< again after 4^attempts seconds: only this person waits (131056); the limit
                    ///< is Meta's pace and not the message's fault, so it uses up no retry
  retry_day,        ///< again, but not before 24 hours (131049)
  retry_when_clear, ///< again as soon as number, account or token is usable; not the message's
                    ///< fault, uses up no retry
  opt_out,          ///< the person stopped marketing: never again, in any campaign (131050)
  doubt,            ///< unknown: wait for a webhook
};

/// What else stops or slows, beside the recipient.
enum class scope_action : std::uint8_t {
  none,
  slow_number,  ///< too fast or overloaded: counts for the rate that the number learns
  pause_number, ///< this number cannot send (unregistered, restricted, in maintenance): stop it and
                ///< say so
  pause_account, ///< every number of its WhatsApp business account
  pause_token,   ///< everything that uses its token
  stop_template, ///< every campaign with this template and language
  stop_campaign, ///< this campaign: everybody on its list is refused for the same reason
};

struct error_rule {
  std::int32_t code = 0; ///< Meta's error code
  recipient_action recipient = recipient_action::give_up;
  scope_action scope = scope_action::none;
  std::chrono::seconds scope_wait{0}; ///< how long the scope stays stopped or slowed; 0: until an
                                      ///< operator or a webhook clears it
  std::string_view meaning;           ///< one line for people, with what to do
};

/// The rule of a code. Unknown codes: `is_transient` decides between retry_backoff and give_up.
[[nodiscard]] const error_rule& rule_for(std::int32_t code, bool is_transient = false) noexcept;

/// Whether a refusal with this code says something of the one person, so that the next one may well
/// be accepted.
[[nodiscard]] bool is_about_the_person(std::int32_t code) noexcept;

/// Whether a sync answer with this code proves that nothing was accepted, so that the request can
/// be repeated.
[[nodiscard]] outcome_class class_of_answer(int http_status, std::int32_t code,
                                            bool is_transient) noexcept;

struct retry_policy {
  std::chrono::milliseconds base_delay{
      60'000}; ///< doubled with every retry (seed: 2^retryCount minutes)
  std::chrono::milliseconds delay_max{24 * 3'600'000}; ///< no backoff is longer
  std::chrono::milliseconds day_delay{24 * 3'600'000}; ///< after 131049
  /// After 131049; none: retries_max, at most 2.
  std::optional<std::int32_t> day_retries_max{};
  std::chrono::milliseconds pair_delay{1'000}; ///< times 4^attempts
  std::int32_t retries_max = 3;
  bool enabled = true;         ///< the campaign's retryFailed
  bool media_are_ours = false; ///< what Meta doesn't know of them any more is uploaded anew

  /// As the campaign's terms want it.
  void recover_by(const recovery_terms& terms) noexcept;
};

/// Meta could not use a message's media.
inline constexpr std::int32_t media_refused = 131053;

/// The verdict on one message.
struct disposition {
  event_kind event = event_kind::failed;
  bool retry = false;
  std::chrono::milliseconds retry_delay{0};
  bool counts_as_retry = true; ///< false: attempt grows, but the budget of retries does not shrink
  scope_action scope = scope_action::none;
  std::chrono::seconds scope_wait{0};
  local_code replaced_by = local_code::none; ///< for retries_exhausted
};

/// Nobody is handed out more often than this, for whatever reason: the attempt is an int16 in the
/// ledger. Who gets here is given up with local_code::retries_exhausted.
inline constexpr std::int16_t attempts_max = 32'000;

/// How long a recipient waits at least after a round that used up no retry. It grows slowly with
/// the attempts, so that attempts_max is months away however long an outage or a throttling lasts.
[[nodiscard]] std::chrono::milliseconds round_delay(std::int16_t attempt) noexcept;

/// How long a recipient waits who is tried again: as the verdict says, or for as long as the answer
/// asked by Retry-After, which counts for no more than the longest backoff.
[[nodiscard]] std::chrono::milliseconds retry_wait(const disposition& verdict,
                                                   std::int32_t retry_after_s, std::int16_t attempt,
                                                   const retry_policy& policy) noexcept;

/// How one attempt ended, as far as it is known.
struct attempt_end {
  outcome_class kind = outcome_class::in_doubt; ///< failed, if a webhook told it
  std::int32_t code = 0;                        ///< Meta's error code, 0 when there is none
  bool stopped = false;                         ///< not sent because the person said stop
  bool by_webhook = false;  ///< told by a webhook, after Meta had accepted the message
  std::int16_t attempt = 0; ///< of the try that ended
  std::int32_t retries = 0; ///< so far, because of errors of the recipient's own
  campaign_no campaign{};
  recipient_seq seq = 0;
};

/// What is done about it.
[[nodiscard]] disposition decide(const attempt_end& end, const retry_policy& policy) noexcept;

} // namespace stentor::core
