#pragma once
/// What became of one request. The classes are the no-duplicate argument: only `not_sent` and
/// `not_processed` may be sent again without asking anybody, because HTTP/2 (RFC 9113, sections 6.8
/// and 8.7) tells that the server did nothing with them.

#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

enum class outcome_class : std::uint8_t {
  not_sent,      ///< no byte of it was written
  not_processed, ///< REFUSED_STREAM, or above the last stream of a GOAWAY
  rejected,      ///< Meta refused it for the moment (throttling)
  failed,        ///< Meta refused it for good
  accepted,      ///< 200 with a message id
  in_doubt,      ///< everything else: it may have been received
};

/// One request's end, as the network thread reports it.
struct outcome {
  claim_id claim{};
  campaign_no campaign{};
  recipient_seq seq = 0;
  std::int16_t attempt = 0;
  std::int16_t retries = 0; ///< as in chunk::item
  outcome_class kind = outcome_class::in_doubt;
  bool stopped = false; ///< not sent because the person said stop (kind is not_sent)
  bool paced = false;   ///< accepted, but Meta holds it back to assess the template's quality
  number_no number{};
  std::int32_t code = 0;          ///< Meta's error code, 0 when there is none
  std::int32_t retry_after_s = 0; ///< Retry-After of the answer, 0 without
  std::uint32_t text_begin =
      0; ///< in outcome_batch::text: message id when accepted, explanation otherwise
  std::uint32_t text_size = 0;
  std::int64_t at_ms = 0;    ///< Unix time of the end
  std::int32_t took_ms = -1; ///< from writing the request to the answer; -1: there was none
  person_key person = 0;
  std::int16_t lang = 0; ///< as in chunk::item
};

/// Of one campaign on one number: a slice has left the queue, its last message too.
struct departed_slice {
  number_no number{};
  campaign_no campaign{};
  std::int32_t count = 0; ///< messages that have left since the last was told
  bool last = false;      ///< none waits behind it
};

struct outcome_batch {
  std::vector<outcome> outcomes;
  std::vector<departed_slice> departures;
  std::string text;

  [[nodiscard]] std::string_view text_of(const outcome& o) const {
    return std::string_view{text}.substr(o.text_begin, o.text_size);
  }
};

} // namespace stentor::core
