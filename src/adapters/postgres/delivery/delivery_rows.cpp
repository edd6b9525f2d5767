#include "adapters/postgres/delivery/delivery_rows.hpp"

#include "adapters/postgres/client/copy_buffer.hpp"
#include "adapters/postgres/client/named_queries.hpp"

#include <tuple>
#include <type_traits>

namespace stentor::postgres {

namespace {

using core::delivery;

// The columns in the order in which every statement of projection.sql names them: attempts, then
// codes, then times, then texts, then what was told of single tries.

template <class Visit>
void each_attempt(Visit visit) {
  for (const auto member :
       {&delivery::attempt, &delivery::failed_attempt, &delivery::rejected_attempt,
        &delivery::in_doubt_attempt, &delivery::held_attempt, &delivery::settled_attempt,
        &delivery::message_attempt, &delivery::number_attempt})
    visit(member);
}

template <class Visit>
void each_code(Visit visit) {
  visit(&delivery::error_code);
  visit(&delivery::number);
}

template <class Visit>
void each_time(Visit visit) {
  for (const auto member : {&delivery::accepted_at, &delivery::sent_at, &delivery::delivered_at,
                            &delivery::read_at, &delivery::failed_at, &delivery::responded_at,
                            &delivery::opted_out_at, &delivery::cancelled_at, &delivery::expired_at,
                            &delivery::rejected_at, &delivery::paced_at, &delivery::retracted_at})
    visit(member);
}

template <class Visit>
void each_text(Visit visit) {
  for (const auto member : {&delivery::message_id, &delivery::error_text, &delivery::response_text})
    visit(member);
}

constexpr std::int16_t copy_columns = 29;

std::int16_t stored_state(const delivery& value) {
  return static_cast<std::int16_t>(core::state_of(value));
}

/// In an array, for NULL.
constexpr std::int64_t told_by_rest = -1;

/// Nearly every row's other columns tell it, and those rows are as small as they were.
std::int64_t stored_tries(const delivery& value) {
  return value.tries == core::tries_told_by_rest(value) ? told_by_rest : value.tries.packed();
}

void copy_row(copy_buffer& copy, const delivery_row& r) {
  copy.begin_row(copy_columns);
  copy.number(r.campaign);
  copy.number(r.seq);
  copy.number(stored_state(r.value));
  each_attempt([&](auto member) { copy.number(r.value.*member); });
  each_code([&](auto member) { copy.number(r.value.*member); });
  each_time([&](auto member) {
    const auto at_ms = r.value.*member;
    at_ms == 0 ? copy.null() : copy.number(at_ms);
  });
  each_text([&](auto member) { copy.text_or_null(r.value.*member); });
  const auto tries = stored_tries(r.value);
  tries == told_by_rest ? copy.null() : copy.number(tries);
}

/// The system column ctid in binary: block and line, big-endian.
row_place place_of(std::string_view bytes) {
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[i])} : 0U;
  };
  return {.block = byte(0) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3),
          .line = static_cast<std::uint16_t>(byte(4) << 8U | byte(5))};
}

void read_row(const rows& stored, int i, delivery_row& into) {
  into.place = place_of(stored.text(i, 0));
  int column = 3; // after place and key
  const auto integer = [&](auto member) {
    auto& value = into.value.*member;
    value = static_cast<std::remove_reference_t<decltype(value)>>(stored.integer(i, column++));
  };
  each_attempt(integer);
  each_code(integer);
  each_time(integer);
  each_text([&](auto member) { into.value.*member = stored.text(i, column++); });
  into.value.tries = stored.is_null(i, column)
                         ? core::tries_told_by_rest(into.value)
                         : core::told_tries::unpacked(stored.integer(i, column));
}

/// One member of all rows as an array.
template <class T>
std::vector<T> column(std::span<const delivery_row> all, T delivery::*member) {
  std::vector<T> values;
  values.reserve(all.size());
  for (const auto& r : all)
    values.push_back(r.value.*member);
  return values;
}

/// Where rows lie and what they become: the first parameters of every update.
params places_and_states(std::span<const delivery_row> changed) {
  std::vector<row_place> places;
  std::vector<std::int16_t> states;
  for (const auto& r : changed) {
    places.push_back(r.place);
    states.push_back(stored_state(r.value));
  }
  params p;
  p.tid_array(places).int2_array(states);
  return p;
}

} // namespace

core::result<rows> look_up(connection& db, std::span<delivery_row> recipients) {
  std::vector<std::int32_t> campaigns, seqs;
  for (const auto& r : recipients) {
    campaigns.push_back(r.campaign);
    seqs.push_back(r.seq);
  }
  params keys;
  keys.int4_array(campaigns).int4_array(seqs);
  auto stored = db.call("projection_look_up", std::move(keys), answer_format::binary);
  if (!stored)
    return stored;
  auto at = recipients.begin();
  for (int i = 0; i < stored->size(); ++i) {
    const auto key = std::pair{stored->integer(i, 1), stored->integer(i, 2)};
    const auto before = [&](const delivery_row& r) {
      return std::pair<std::int64_t, std::int64_t>{r.campaign, r.seq} < key;
    };
    while (at != recipients.end() && before(*at))
      ++at;
    if (at == recipients.end())
      return core::error{core::errc::internal, "rows of `delivery` came out of order"};
    read_row(*stored, i, *at);
  }
  return stored;
}

core::status insert_rows(connection& db, std::span<const delivery_row> fresh) {
  if (fresh.empty())
    return core::ok{};
  copy_buffer copy;
  for (const auto& r : fresh)
    copy_row(copy, r);
  copy.end_of_rows();
  return db.copy_in(sql_script("delivery_copy"), copy.bytes());
}

bool only_receipts_differ(const core::delivery& a, core::delivery b) {
  b.sent_at = a.sent_at;
  b.delivered_at = a.delivered_at;
  b.read_at = a.read_at;
  return a == b;
}

core::status update_receipts(connection& db, std::span<const delivery_row> changed) {
  if (changed.empty())
    return core::ok{};
  auto p = places_and_states(changed);
  for (const auto member : {&delivery::sent_at, &delivery::delivered_at, &delivery::read_at})
    p.int8_array(column(changed, member));
  if (auto r = db.call("projection_receipts", std::move(p)); !r)
    return r.error();
  return core::ok{};
}

core::status update_rows(connection& db, std::span<const delivery_row> changed) {
  if (changed.empty())
    return core::ok{};
  auto p = places_and_states(changed);
  each_attempt([&](auto member) { p.int2_array(column(changed, member)); });
  each_code([&](auto member) { p.int4_array(column(changed, member)); });
  each_time([&](auto member) { p.int8_array(column(changed, member)); });
  each_text([&](auto member) { p.text_array(column(changed, member)); });
  std::vector<std::int64_t> tries;
  for (const auto& r : changed)
    tries.push_back(stored_tries(r.value));
  p.int8_array(tries);
  if (auto r = db.call("projection_update", std::move(p)); !r)
    return r.error();
  return core::ok{};
}

} // namespace stentor::postgres
