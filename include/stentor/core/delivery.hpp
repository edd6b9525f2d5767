#pragma once
/// The lattice of one recipient's delivery. Folding events in any order, and any event more than
/// once, gives the same row; the projection's SQL computes the same function, and a test holds the
/// two against each other.

#include "stentor/core/event.hpp"
#include "stentor/core/ids.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::core {

/// Times are Unix milliseconds, 0 = has not happened. Each is the earliest of its kind.
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
  std::int32_t error_code = 0; ///< of the same
  std::int16_t rejected_attempt =
      -1; ///< highest attempt that was refused for the moment; a retry is queued
  std::int16_t in_doubt_attempt = -1; ///< highest attempt in doubt
  std::int16_t held_attempt = -1;
  std::int16_t settled_attempt =
      -1; ///< highest attempt with proof: accepted, sent, delivered, read or failed
};

/// What people see: the seed's recipient status, plus the ends that the seed has no word for.
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
};

[[nodiscard]] std::string_view to_string(delivery_state s) noexcept;

void fold(delivery& row, std::int16_t attempt, event_kind kind, std::int32_t code,
          std::int64_t at_ms) noexcept;
[[nodiscard]] delivery_state state_of(const delivery& row) noexcept;

} // namespace stentor::core
