/// The fold of the delivery lattice. Every field is a maximum, a minimum, or the value at a maximum
/// with a total order on ties, so the fold is commutative, associative and idempotent. Pure; any
/// thread.
#include "stentor/core/delivery.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 12> state_names{
    "pending", "sending",   "sent",     "delivered", "read",      "responded",
    "failed",  "opted_out", "in_doubt", "held",      "cancelled", "expired"};

void keep_earliest(std::int64_t& mine, std::int64_t at_ms) noexcept {
  if (mine == 0 || at_ms < mine)
    mine = at_ms;
}

void keep_highest(std::int16_t& mine, std::int16_t attempt) noexcept {
  mine = std::max(mine, attempt);
}

/// Of the highest attempt that failed the earliest event counts; of two at the same millisecond the
/// one with the lower code.
void fold_failure(delivery& row, std::int16_t attempt, std::int32_t code,
                  std::int64_t at_ms) noexcept {
  const bool newer = attempt > row.failed_attempt;
  const bool earlier = attempt == row.failed_attempt &&
                       std::tie(at_ms, code) < std::tie(row.failed_at, row.error_code);
  if (!newer && !earlier)
    return;
  row.failed_attempt = attempt;
  row.failed_at = at_ms;
  row.error_code = code;
}

} // namespace

std::string_view to_string(delivery_state s) noexcept {
  const auto at = static_cast<std::size_t>(s);
  return at < state_names.size() ? state_names[at] : std::string_view{"unknown"};
}

void fold(delivery& row, std::int16_t attempt, event_kind kind, std::int32_t code,
          std::int64_t at_ms) noexcept {
  // Zero means "has not happened", so an event of the epoch's first millisecond is moved by one.
  at_ms = std::max<std::int64_t>(at_ms, 1);
  keep_highest(row.attempt, attempt);
  switch (kind) {
  case event_kind::accepted:
    keep_earliest(row.accepted_at, at_ms);
    keep_highest(row.settled_attempt, attempt);
    break;
  case event_kind::sent:
    keep_earliest(row.sent_at, at_ms);
    keep_highest(row.settled_attempt, attempt);
    break;
  case event_kind::delivered:
    keep_earliest(row.delivered_at, at_ms);
    keep_highest(row.settled_attempt, attempt);
    break;
  case event_kind::read:
    keep_earliest(row.read_at, at_ms);
    keep_highest(row.settled_attempt, attempt);
    break;
  case event_kind::failed:
  case event_kind::unsendable:
    fold_failure(row, attempt, code, at_ms);
    keep_highest(row.settled_attempt, attempt);
    break;
  case event_kind::rejected:
    keep_highest(row.rejected_attempt, attempt);
    break;
  case event_kind::in_doubt:
    keep_highest(row.in_doubt_attempt, attempt);
    break;
  case event_kind::held:
    keep_highest(row.held_attempt, attempt);
    break;
  case event_kind::opted_out:
    keep_earliest(row.opted_out_at, at_ms);
    break;
  case event_kind::expired:
    keep_earliest(row.expired_at, at_ms);
    break;
  case event_kind::cancelled:
    keep_earliest(row.cancelled_at, at_ms);
    break;
  case event_kind::responded:
    keep_earliest(row.responded_at, at_ms);
    break;
  }
}

delivery_state state_of(const delivery& row) noexcept {
  // The same order as the SQL function delivery_state.
  if (row.opted_out_at != 0)
    return delivery_state::opted_out;
  if (row.responded_at != 0)
    return delivery_state::responded;
  if (row.read_at != 0)
    return delivery_state::read;
  if (row.delivered_at != 0)
    return delivery_state::delivered;
  if (row.failed_attempt >= row.attempt)
    return delivery_state::failed;
  if (row.rejected_attempt >= row.attempt)
    return delivery_state::sending;
  if (row.settled_attempt >= row.attempt && (row.accepted_at != 0 || row.sent_at != 0))
    return delivery_state::sent;
  if (row.held_attempt >= row.attempt)
    return delivery_state::held;
  if (row.in_doubt_attempt >= row.attempt)
    return delivery_state::in_doubt;
  if (row.cancelled_at != 0)
    return delivery_state::cancelled;
  if (row.expired_at != 0)
    return delivery_state::expired;
  return delivery_state::pending;
}

} // namespace stentor::core
