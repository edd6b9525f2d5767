/// The fold of the delivery lattice. Every field is a maximum, a minimum, or the value at a maximum
/// with a total order on ties, so the fold is commutative, associative and idempotent. Pure; any
/// thread.
#include "stentor/core/delivery/delivery.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 13> state_names{
    "pending",   "sending",  "sent", "delivered", "read",    "responded", "failed",
    "opted_out", "in_doubt", "held", "cancelled", "expired", "retracted"};

void keep_earliest(std::int64_t& mine, std::int64_t at_ms) noexcept {
  if (mine == 0 || at_ms < mine)
    mine = at_ms;
}

void keep_highest(std::int16_t& mine, std::int16_t attempt) noexcept {
  mine = std::max(mine, attempt);
}

void keep_error(delivery& row, const delivery_event& e) noexcept {
  row.error_code = e.code;
  row.error_text = e.text;
}

/// Of the highest attempt that failed the earliest event counts; of two at the same millisecond the
/// one with the lower code, then the lower text. A refusal of a later attempt keeps its error.
void fold_failure(delivery& row, const delivery_event& e, std::int64_t at_ms) noexcept {
  if (e.attempt < row.failed_attempt)
    return;
  const bool newer = e.attempt > row.failed_attempt;
  const bool hidden = row.rejected_attempt > e.attempt;
  const bool better = newer || std::tie(at_ms, e.code, e.text) <
                                   std::tie(row.failed_at, row.error_code, row.error_text);
  row.failed_at = newer ? at_ms : std::min(row.failed_at, at_ms);
  row.failed_attempt = e.attempt;
  if (!hidden && better)
    keep_error(row, e);
}

/// The error of the highest attempt that was refused, unless that one failed for good as well; of
/// two the lower code, then the lower text.
void fold_rejection(delivery& row, const delivery_event& e, std::int64_t at_ms) noexcept {
  row.rejected_at = std::max(row.rejected_at, at_ms);
  const bool newer = e.attempt > row.rejected_attempt;
  const bool lower = e.attempt == row.rejected_attempt &&
                     std::tie(e.code, e.text) < std::tie(row.error_code, row.error_text);
  if (e.attempt > row.failed_attempt && (newer || lower))
    keep_error(row, e);
  keep_highest(row.rejected_attempt, e.attempt);
}

/// Whether Meta says so of a message that it had, which is known by a webhook's having no number.
/// Who was given up by ourselves may have one all the same.
bool tells_of_failure(const delivery_event& e) noexcept {
  switch (static_cast<local_code>(e.code)) {
  case local_code::retries_exhausted:
  case local_code::in_doubt_failed:
  case local_code::gave_up:
    return false;
  default:
    return e.number == 0;
  }
}

void fold_proof(delivery& row, const delivery_event& e, std::int64_t& first,
                std::int64_t at_ms) noexcept {
  keep_earliest(first, at_ms);
  keep_highest(row.settled_attempt, e.attempt);
  row.tries.add_reached(e.attempt);
  if (!e.text.empty() &&
      std::tie(e.attempt, e.text) > std::tie(row.message_attempt, row.message_id)) {
    row.message_attempt = e.attempt;
    row.message_id = e.text;
  }
}

void fold_response(delivery& row, const delivery_event& e, std::int64_t at_ms) noexcept {
  if (row.responded_at != 0 &&
      std::tie(at_ms, e.text) >= std::tie(row.responded_at, row.response_text))
    return;
  row.responded_at = at_ms;
  row.response_text = e.text;
}

void fold_number(delivery& row, const delivery_event& e) noexcept {
  if (e.number == 0 || std::tie(e.attempt, e.number) <= std::tie(row.number_attempt, row.number))
    return;
  row.number_attempt = e.attempt;
  row.number = e.number;
}

} // namespace

std::string_view to_string(delivery_state s) noexcept {
  const auto at = static_cast<std::size_t>(s);
  return at < state_names.size() ? state_names[at] : std::string_view{"unknown"};
}

void fold(delivery& row, const delivery_event& e) noexcept {
  // Zero means "has not happened", so an event of the epoch's first millisecond is moved by one.
  const auto at_ms = std::max<std::int64_t>(e.at_ms, 1);
  keep_highest(row.attempt, e.attempt);
  fold_number(row, e);
  switch (e.kind) {
  case event_kind::accepted:
    return fold_proof(row, e, row.accepted_at, at_ms);
  case event_kind::sent:
    return fold_proof(row, e, row.sent_at, at_ms);
  case event_kind::delivered:
    return fold_proof(row, e, row.delivered_at, at_ms);
  case event_kind::read:
    return fold_proof(row, e, row.read_at, at_ms);
  case event_kind::failed:
  case event_kind::unsendable:
    if (tells_of_failure(e))
      row.tries.add_failed(e.attempt);
    fold_failure(row, e, at_ms);
    return keep_highest(row.settled_attempt, e.attempt);
  case event_kind::rejected:
    if (tells_of_failure(e))
      row.tries.add_failed(e.attempt);
    return fold_rejection(row, e, at_ms);
  case event_kind::in_doubt:
    return keep_highest(row.in_doubt_attempt, e.attempt);
  case event_kind::held:
    return keep_highest(row.held_attempt, e.attempt);
  case event_kind::opted_out:
    return keep_earliest(row.opted_out_at, at_ms);
  case event_kind::expired:
    return keep_earliest(row.expired_at, at_ms);
  case event_kind::cancelled:
    return keep_earliest(row.cancelled_at, at_ms);
  case event_kind::paced:
    return keep_earliest(row.paced_at, at_ms);
  case event_kind::retracted:
    return keep_earliest(row.retracted_at, at_ms);
  case event_kind::reopened:
    return; // its attempt is higher than the one that failed
  case event_kind::responded:
    return fold_response(row, e, at_ms);
  }
}

delivery_state state_of(const delivery& row) noexcept {
  if (row.opted_out_at != 0)
    return delivery_state::opted_out;
  if (row.responded_at != 0)
    return delivery_state::responded;
  if (row.read_at != 0)
    return delivery_state::read;
  if (row.delivered_at != 0)
    return delivery_state::delivered;
  // Whatever became of the other tries, the person has a message.
  if (row.tries.any_arrived())
    return delivery_state::sent;
  // What follows decides for rows of which not all is told, too.
  if (row.failed_attempt >= row.attempt)
    return delivery_state::failed;
  if (row.rejected_attempt >= row.attempt)
    return row.error_code == enough_marketing ? delivery_state::failed : delivery_state::sending;
  if (row.settled_attempt >= row.attempt && (row.accepted_at != 0 || row.sent_at != 0))
    return delivery_state::sent;
  if (row.held_attempt >= row.attempt || row.in_doubt_attempt >= row.attempt) {
    if (row.settled_attempt > std::max(row.failed_attempt, row.rejected_attempt) &&
        (row.accepted_at != 0 || row.sent_at != 0))
      return delivery_state::sent;
    return row.held_attempt >= row.attempt ? delivery_state::held : delivery_state::in_doubt;
  }
  if (row.cancelled_at != 0)
    return delivery_state::cancelled;
  if (row.expired_at != 0)
    return delivery_state::expired;
  if (row.retracted_at != 0)
    return delivery_state::retracted;
  return delivery_state::pending;
}

told_tries tries_told_by_rest(const delivery& row) noexcept {
  if (row.attempt > 0)
    return told_tries::unknown();
  told_tries first;
  if (row.accepted_at != 0 || row.sent_at != 0 || row.delivered_at != 0 || row.read_at != 0)
    first.add_reached(0);
  if (row.failed_attempt == 0 || row.rejected_attempt == 0)
    first.add_failed(0);
  return first;
}

retry_need need_of_retry(const delivery& row) noexcept {
  switch (state_of(row)) {
  case delivery_state::delivered:
  case delivery_state::read:
  case delivery_state::responded:
  case delivery_state::opted_out:
    return retry_need::needless;
  case delivery_state::sent:
    // Without a doubt a next try is queued for a refusal only, and that is not folded yet.
    return row.in_doubt_attempt >= 0 ? retry_need::needless_if_folded : retry_need::needed;
  default:
    return retry_need::needed;
  }
}

bool needed_after_all(const delivery& before, const delivery& after) noexcept {
  if (after.in_doubt_attempt < 0 || state_of(before) != delivery_state::sent)
    return false;
  const auto state = state_of(after);
  return state == delivery_state::pending || state == delivery_state::sending ||
         (state == delivery_state::failed && after.failed_attempt < after.attempt);
}

delivery_counts& delivery_counts::operator+=(const delivery_counts& other) noexcept {
  sent += other.sent;
  delivered += other.delivered;
  read += other.read;
  responded += other.responded;
  opted_out += other.opted_out;
  failed += other.failed;
  in_doubt += other.in_doubt;
  held += other.held;
  paced += other.paced;
  return *this;
}

delivery_counts& delivery_counts::operator-=(const delivery_counts& other) noexcept {
  sent -= other.sent;
  delivered -= other.delivered;
  read -= other.read;
  responded -= other.responded;
  opted_out -= other.opted_out;
  failed -= other.failed;
  in_doubt -= other.in_doubt;
  held -= other.held;
  paced -= other.paced;
  return *this;
}

delivery_counts counts_of(const delivery& row) noexcept {
  const auto state = state_of(row);
  const bool read = row.read_at != 0;
  const bool delivered = read || row.delivered_at != 0;
  const bool sent = delivered || row.accepted_at != 0 || row.sent_at != 0;
  return {.sent = sent,
          .delivered = delivered,
          .read = read,
          .responded = row.responded_at != 0,
          .opted_out = row.opted_out_at != 0,
          .failed = state == delivery_state::failed,
          .in_doubt = state == delivery_state::in_doubt || state == delivery_state::held,
          .held = state == delivery_state::held,
          .paced = row.paced_at != 0 && row.sent_at == 0 && state == delivery_state::sent};
}

} // namespace stentor::core
