#pragma once
/// The lattice of one recipient's delivery. Folding events in any order, and any event more than
/// once, gives the same row. Pure; any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/event.hpp"
#include "stentor/core/delivery/told_tries.hpp"

#include <cstdint>
#include <string_view>

namespace stentor::core {

/// Meta's "this person got enough marketing": for people it failed, although a day later it is
/// tried again.
inline constexpr std::int32_t enough_marketing = 131049;

/// One event of a recipient, as the ledger holds it.
struct delivery_event {
  std::int16_t attempt = 0;
  event_kind kind = event_kind::accepted;
  std::int32_t code = 0;
  std::int64_t at_ms = 0;
  number_no number{};         ///< 0: unknown
  std::string_view text = {}; ///< see event_kind
};

/// Times are Unix milliseconds, 0 = has not happened. Each is the earliest of its kind. Texts are
/// views of the folded events' texts and live as long as those.
struct delivery {
  std::int16_t attempt = 0; ///< the highest attempt seen
  std::int64_t accepted_at = 0;
  std::int64_t sent_at = 0;
  std::int64_t delivered_at = 0;
  std::int64_t read_at = 0;
  std::int64_t responded_at = 0;
  std::int64_t opted_out_at = 0;
  std::int64_t cancelled_at = 0;
  std::int64_t expired_at = 0;
  std::int64_t failed_at = 0; ///< of the highest attempt that failed
  std::int16_t failed_attempt = -1;
  std::int32_t error_code = 0; ///< of the highest attempt that failed or was refused for the moment
  std::string_view error_text; ///< of the same
  std::int64_t rejected_at = 0; ///< latest retryable rejection
  std::int64_t paced_at = 0;
  std::int64_t retracted_at = 0;
  std::int16_t rejected_attempt =
      -1; ///< highest attempt that was refused for the moment; a retry is queued
  std::int16_t in_doubt_attempt = -1; ///< highest attempt in doubt
  std::int16_t held_attempt = -1;
  std::int16_t settled_attempt =
      -1;           ///< highest attempt with proof: accepted, sent, delivered, read or failed
  told_tries tries; ///< what was told of single attempts
  std::int16_t number_attempt = -1;  ///< highest attempt whose number is known
  number_no number{};                ///< of the same
  std::int16_t message_attempt = -1; ///< highest attempt whose message id is known
  std::string_view message_id;       ///< of the same
  std::string_view response_text;    ///< of the earliest reply

  bool operator==(const delivery&) const = default;
};

/// What people see: the seed's recipient status, plus the ends that the seed has no word for. The
/// numbers are stored (delivery.state): never change one, only add.
enum class delivery_state : std::uint8_t {
  pending, ///< not yet tried
  sending, ///< tried, refused for the moment, retry queued
  sent,
  delivered,
  read,
  responded,
  failed,
  opted_out,
  in_doubt, ///< waiting for a webhook
  held,     ///< in doubt, shown to the operator
  cancelled,
  expired,
  retracted,
};

[[nodiscard]] std::string_view to_string(delivery_state s) noexcept;

/// Whether a try that waits is still to be made.
enum class retry_need : std::uint8_t {
  needed,
  needless, ///< the person has an earlier message, or wants none: nothing that comes changes that
  /// A try that was in doubt was sent after all. An event that is not folded yet may say that it
  /// failed then, and that this try is queued because of it.
  needless_if_folded,
};
[[nodiscard]] retry_need need_of_retry(const delivery& row) noexcept;

/// Whether a try that had become needless is to be made after all: the message that made it so has
/// failed since, and the one before it was refused for the moment or reopened.
[[nodiscard]] bool needed_after_all(const delivery& before, const delivery& after) noexcept;

void fold(delivery& row, const delivery_event& event) noexcept;
[[nodiscard]] delivery_state state_of(const delivery& row) noexcept;

/// `tries` as far as the other fields tell: all of it for nearly every row whose only try is the
/// first, nothing for one with more.
[[nodiscard]] told_tries tries_told_by_rest(const delivery& row) noexcept;

/// What a campaign's counters count: a row adds 0 or 1 to each. A failed message can have been
/// sent, and one that was read was sent and delivered, whatever receipts are missing.
struct delivery_counts {
  std::int32_t sent = 0, delivered = 0, read = 0, responded = 0, opted_out = 0, failed = 0;
  std::int32_t in_doubt = 0; ///< with those held
  std::int32_t held = 0;
  std::int32_t paced = 0; ///< of those sent: Meta still holds them back

  delivery_counts& operator+=(const delivery_counts& other) noexcept;
  delivery_counts& operator-=(const delivery_counts& other) noexcept;
  bool operator==(const delivery_counts&) const = default;
};

[[nodiscard]] delivery_counts counts_of(const delivery& row) noexcept;

} // namespace stentor::core
