/// See roll_up.hpp.
#include "stentor/core/delivery/roll_up.hpp"

#include <algorithm>
#include <limits>

namespace stentor::core {

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t second_ms = 1'000;
constexpr std::int64_t last_hour = std::numeric_limits<std::int32_t>::max();

std::int64_t first_known(std::int64_t a, std::int64_t b) noexcept {
  return a != 0 ? a : b;
}

/// What Meta told first of the message.
std::int64_t accepted_at(const delivery& row) noexcept {
  return first_known(row.accepted_at, row.sent_at);
}

/// Who has a receipt was accepted, whatever is missing.
std::int32_t hour_of(const delivery& row) noexcept {
  const auto at_ms = first_known(accepted_at(row), first_known(row.delivered_at, row.read_at));
  return static_cast<std::int32_t>(std::min<std::int64_t>(at_ms / hour_ms, last_hour));
}

/// Whether it is known what became of the message.
bool has_end(const delivery& row) noexcept {
  switch (state_of(row)) {
  case delivery_state::delivered:
  case delivery_state::read:
  case delivery_state::responded:
  case delivery_state::failed:
  case delivery_state::opted_out:
    return true;
  default:
    return false;
  }
}

void add_time(std::int64_t from, std::int64_t to, std::int64_t& sum, std::int32_t& n, int sign) {
  if (from == 0 || to == 0)
    return;
  sum += sign * std::max<std::int64_t>(to - from, 0);
  n += sign;
}

void add_hour(campaign_roll_ups& to, part_no part, const delivery& row,
              const delivery_counts& counts, int sign) {
  auto& [f, span] = to.hours[{part, hour_of(row)}];
  f.accepted += sign * counts.sent;
  f.delivered += sign * counts.delivered;
  f.read += sign * counts.read;
  f.responded += sign * counts.responded;
  f.opted_out += sign * counts.opted_out;
  f.failed += sign * counts.failed;
  f.ended += sign * has_end(row);
  f.capped += sign * (counts.failed != 0 && row.error_code == enough_marketing);
  const auto from = accepted_at(row);
  add_time(from, row.delivered_at, f.delivery_ms, f.delivery_n, sign);
  add_time(from, row.read_at, f.read_ms, f.read_n, sign);
  add_time(from, row.responded_at, f.response_ms, f.response_n, sign);
  if (sign < 0 || from == 0)
    return;
  span.first_ms = span.first_ms == 0 ? from : std::min(span.first_ms, from);
  span.last_ms = std::max(span.last_ms, from);
}

void add_number(campaign_roll_ups& to, const delivery& row, const delivery_counts& counts,
                int sign) {
  if (row.number == 0)
    return;
  auto& f = to.numbers[{row.number, hour_of(row)}];
  f.accepted += sign * counts.sent;
  f.delivered += sign * counts.delivered;
  f.read += sign * counts.read;
  f.failed += sign * counts.failed;
}

void add_state(campaign_roll_ups& to, const delivery& row, int sign) {
  const auto state = state_of(row);
  to.states[static_cast<std::size_t>(state)] += sign;
  if (state == delivery_state::failed)
    to.errors[row.error_code].failed += sign;
  else if (state == delivery_state::sending)
    to.errors[row.error_code].waiting += sign;
}

void add(campaign_roll_ups& to, part_no part, const delivery& row, int sign) {
  const auto counts = counts_of(row);
  add_hour(to, part, row, counts, sign);
  add_number(to, row, counts, sign);
  add_state(to, row, sign);
}

/// A time that has come, gone or moved.
void move_second(campaign_roll_ups& to, std::int64_t before, std::int64_t after,
                 std::int32_t number_figures::*figure) {
  if (before == after)
    return;
  if (before != 0)
    to.seconds[before / second_ms].*figure -= 1;
  if (after != 0)
    to.seconds[after / second_ms].*figure += 1;
}

} // namespace

void roll_ups::change(campaign_no campaign, part_no part, const delivery* before,
                      const delivery& after) {
  auto& to = campaigns_[campaign];
  static const delivery nothing;
  const auto& old = before == nullptr ? nothing : *before;
  if (before != nullptr)
    add(to, part, old, -1);
  add(to, part, after, 1);
  move_second(to, accepted_at(old), accepted_at(after), &number_figures::accepted);
  move_second(to, old.delivered_at, after.delivered_at, &number_figures::delivered);
  move_second(to, old.read_at, after.read_at, &number_figures::read);
  move_second(to, old.failed_at, after.failed_at, &number_figures::failed);
  move_second(to, old.paced_at, after.paced_at, &number_figures::paced);
  if (after.paced_at != 0) {
    to.held_back += old.paced_at == 0 ? 1 : 0;
    to.let_go += (old.paced_at == 0 || old.sent_at == 0) && after.sent_at != 0 ? 1 : 0;
  }
}

} // namespace stentor::core
