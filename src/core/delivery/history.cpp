/// See history.hpp.
#include "stentor/core/delivery/history.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

/// Clocks apart before an event's time, and a webhook on its way or a commit that waits behind it.
/// What came later still is found by looking at the campaign's whole time.
constexpr std::int64_t before_ms = 60'000;
constexpr std::int64_t behind_ms = 5 * 60'000;

std::vector<std::int64_t> times_of(const delivery& row) {
  return {row.accepted_at,  row.sent_at,      row.delivered_at, row.read_at,
          row.responded_at, row.opted_out_at, row.cancelled_at, row.expired_at,
          row.failed_at,    row.rejected_at,  row.paced_at,     row.retracted_at};
}

bool tells_of_attempt(std::span<const delivery_event> events, std::int16_t attempt) {
  return std::ranges::any_of(events, [&](const delivery_event& e) { return e.attempt == attempt; });
}

} // namespace

std::vector<time_span> commit_times(const delivery& row) {
  auto times = times_of(row);
  std::ranges::sort(times);
  std::vector<time_span> spans;
  for (const auto at_ms : times) {
    if (at_ms == 0)
      continue;
    const auto known_ms = std::min(at_ms, time_span::forever - behind_ms);
    const time_span span{known_ms - before_ms, known_ms + behind_ms};
    if (!spans.empty() && span.from_ms <= spans.back().to_ms)
      spans.back().to_ms = span.to_ms;
    else
      spans.push_back(span);
  }
  return spans;
}

bool explained_by(const delivery& row, std::span<const delivery_event> events) {
  delivery found;
  for (const auto& e : events)
    fold(found, e);
  // Events may be newer than the row, so it is compared with what both make together.
  auto both = row;
  for (const auto& e : events)
    fold(both, e);
  if (row.tries == told_tries::unknown()) // it is older than what it would be compared with
    both.tries = found.tries;
  if (both != found)
    return false;
  for (std::int16_t attempt = 0; attempt <= row.attempt; ++attempt)
    if (!tells_of_attempt(events, attempt))
      return false;
  return true;
}

std::vector<delivery_event> told_by_row(const delivery& row,
                                        std::span<const delivery_event> events) {
  std::vector<delivery_event> told;
  const auto tell = [&](event_kind kind, std::int64_t at_ms, std::int16_t attempt,
                        std::int32_t code = 0, std::string_view text = {}) {
    const auto known = std::ranges::any_of(events, [&](const auto& e) { return e.kind == kind; });
    if (at_ms != 0 && !known)
      told.push_back(
          {.attempt = attempt, .kind = kind, .code = code, .at_ms = at_ms, .text = text});
  };
  const auto message = std::max<std::int16_t>(row.message_attempt, 0);
  tell(event_kind::accepted, row.accepted_at, message);
  tell(event_kind::paced, row.paced_at, message);
  tell(event_kind::sent, row.sent_at, message);
  tell(event_kind::delivered, row.delivered_at, message);
  tell(event_kind::read, row.read_at, message);
  tell(event_kind::rejected, row.rejected_at, row.rejected_attempt);
  tell(event_kind::failed, row.failed_at, row.failed_attempt, row.error_code, row.error_text);
  tell(event_kind::responded, row.responded_at, message, 0, row.response_text);
  tell(event_kind::opted_out, row.opted_out_at, message);
  tell(event_kind::cancelled, row.cancelled_at, message);
  tell(event_kind::expired, row.expired_at, message);
  tell(event_kind::retracted, row.retracted_at, message);
  std::ranges::stable_sort(told, {}, &delivery_event::at_ms);
  return told;
}

} // namespace stentor::core
