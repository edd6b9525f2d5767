#pragma once
/// What can happen to one message: the complete vocabulary of the ledger (`delivery_batch`,
/// `delivery_event`).

#include "stentor/core/base/ids.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// The numbers are stored: never change one, only add.
enum class event_kind : std::int16_t {
  accepted = 1,  ///< Meta answered 200; text = message id (wamid), empty when the answer held none
  sent = 2,      ///< webhook status
  delivered = 3, ///< webhook status
  read = 4,      ///< webhook status
  failed = 5, ///< final refusal, in the answer or by webhook; code = Meta's or our own, text = its
              ///< explanation
  rejected = 6, ///< refused for the moment, a retry is queued; code and text as in failed
  in_doubt =
      7, ///< the request may have been received; only a webhook or the campaign's policy settles it
  opted_out = 8,  ///< said stop before the request was written, or Meta answered 131050
  expired = 9,    ///< the campaign ended before its turn came
  cancelled = 10, ///< the campaign was cancelled before its turn came
  responded =
      11, ///< an inbound message of the person was attributed to this message; text = its beginning
  held = 12,       ///< an in-doubt recipient whose wait is over under the policy `hold`
  unsendable = 13, ///< could not be rendered (a variable without value); text = reason
  paced = 14,      ///< accepted, but Meta holds it back to assess the template's quality
  // 15 is kept for clicks
  retracted = 16, ///< taken back before it was sent: the template became one for marketing; code =
                  ///< a screen_reason
  reopened = 17,  ///< failed or held, and a person lets it be sent again as this attempt
};

/// As in the table event_kind; "unknown" for what no version of ours has written.
[[nodiscard]] std::string_view to_string(event_kind kind) noexcept;

/// Our own codes beside Meta's (which are positive): why a message failed without Meta's word.
enum class local_code : std::int32_t {
  none = 0,
  render_failed = -1,     ///< a template variable has neither value nor default
  retries_exhausted = -2, ///< refused for the moment too often
  in_doubt_failed = -3,   ///< in doubt, and the campaign's policy is `fail`
  answer_unreadable = -4, ///< an answer that is neither success nor Meta's error shape
  gave_up = -5,           ///< held in doubt, and a person wrote it off
};

/// Whether Meta says with it that the person stopped marketing (131050, meta/errors).
[[nodiscard]] constexpr bool is_stop(event_kind kind, std::int32_t code) noexcept {
  return code == 131050 && (kind == event_kind::failed || kind == event_kind::opted_out);
}

/// Events as columns, as they travel to PostgreSQL as arrays. All columns have the same length.
struct event_batch {
  std::vector<std::int32_t> campaign;
  std::vector<std::int32_t> seq;
  std::vector<std::int16_t> attempt;   ///< 0 for the first try
  std::vector<std::int16_t> kind;      ///< event_kind
  std::vector<std::int32_t> code;      ///< 0, Meta's error code, or a local_code
  std::vector<std::int32_t> number;    ///< sending number; 0 when unknown (webhook)
  std::vector<std::int64_t> at_ms;     ///< Unix time in milliseconds
  std::vector<std::uint32_t> text_end; ///< where this event's text ends in `text`
  std::string text;

  void add(campaign_no c, recipient_seq s, std::int16_t a, event_kind k, std::int32_t error_code,
           number_no n, std::int64_t time_ms, std::string_view t = {}) {
    campaign.push_back(c);
    seq.push_back(s);
    attempt.push_back(a);
    kind.push_back(static_cast<std::int16_t>(k));
    code.push_back(error_code);
    number.push_back(n);
    at_ms.push_back(time_ms);
    text.append(t);
    text_end.push_back(static_cast<std::uint32_t>(text.size()));
  }

  void append(const event_batch& other);

  [[nodiscard]] std::size_t size() const noexcept { return campaign.size(); }
  [[nodiscard]] bool empty() const noexcept { return campaign.empty(); }

  [[nodiscard]] std::string_view text_of(std::size_t i) const {
    const auto begin = i == 0 ? 0U : text_end[i - 1];
    return std::string_view{text}.substr(begin, text_end[i] - begin);
  }
};

} // namespace stentor::core
