#include "adapters/postgres/delivery/ledger_writes.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/people_writes.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <set>

namespace stentor::postgres {

namespace {

core::status done_or(const core::result<rows>& r) {
  if (!r)
    return r.error();
  return core::ok{};
}

/// One column of rows as an array.
template <class T, class Row, class Get>
std::vector<T> column(std::span<const Row> all, Get get) {
  std::vector<T> values;
  values.reserve(all.size());
  for (const auto& row : all)
    values.push_back(static_cast<T>(get(row)));
  return values;
}

template <class Row>
std::vector<std::string_view> texts(std::span<const Row> all, std::string Row::*member) {
  return column<std::string_view>(all, [&](const Row& r) { return std::string_view{r.*member}; });
}

} // namespace

core::status write_marks(connection& db, std::span<const ports::progress_mark> marks,
                         std::vector<ports::ownership>& fenced) {
  const auto claims = column<std::int64_t>(marks, [](const auto& m) { return m.claim; });
  const auto numbers = column<std::int32_t>(marks, [](const auto& m) { return m.number; });
  const auto epochs = column<std::int32_t>(marks, [](const auto& m) { return m.epoch; });
  const auto seqs = column<std::int32_t>(marks, [](const auto& m) { return m.mark; });
  params p;
  p.int8_array(claims).int4_array(numbers).int4_array(epochs).int4_array(seqs);
  auto moved = db.call("ledger_marks", std::move(p));
  if (!moved)
    return moved.error();
  if (moved->size() == static_cast<int>(std::set(claims.begin(), claims.end()).size()))
    return core::ok{};
  params q;
  q.int4_array(numbers).int4_array(epochs);
  auto stale = db.call("ledger_fenced", std::move(q));
  if (!stale)
    return stale.error();
  for (const auto row : each(*stale))
    fenced.push_back({row.id<core::number_no>("number"), row.id<core::lease_epoch>("epoch")});
  return core::ok{};
}

core::status hold_claims(connection& db, std::span<const ports::retry_row> retries) {
  std::set<std::int64_t> claims;
  for (const auto& row : retries)
    if (row.claim != 0)
      claims.insert(row.claim.value());
  if (claims.empty())
    return core::ok{};
  const std::vector<std::int64_t> ids{claims.begin(), claims.end()};
  return done_or(db.call("ledger_hold_claims", std::move(params{}.int8_array(ids))));
}

core::status write_retries(connection& db, std::span<const ports::retry_row> retries) {
  params p;
  p.int4_array(column<std::int32_t>(retries, [](const auto& r) { return r.campaign; }));
  p.int4_array(column<std::int32_t>(retries, [](const auto& r) { return r.seq; }));
  p.int2_array(column<std::int16_t>(retries, [](const auto& r) { return r.attempt; }));
  p.int2_array(column<std::int16_t>(retries, [](const auto& r) { return r.retries; }));
  p.int8_array(column<std::int64_t>(retries, [](const auto& r) { return r.due_ms; }));
  p.int4_array(column<std::int32_t>(retries, [](const auto& r) { return r.number; }));
  p.int8_array(column<std::int64_t>(retries, [](const auto& r) { return r.claim; }));
  return done_or(db.call("ledger_retries", std::move(p)));
}

core::status write_retries_done(connection& db, std::span<const ports::ended_try> ended) {
  params p;
  p.int4_array(column<std::int32_t>(ended, [](const auto& r) { return r.campaign; }));
  p.int4_array(column<std::int32_t>(ended, [](const auto& r) { return r.seq; }));
  p.int2_array(column<std::int16_t>(ended, [](const auto& r) { return r.attempt; }));
  p.int8_array(column<std::int64_t>(ended, [](const auto& r) { return r.claim; }));
  p.int2_array(column<std::int16_t>(ended, [](const auto& r) { return r.made ? 1 : 0; }));
  return done_or(db.call("ledger_retries_done", std::move(p)));
}

core::status write_doubts(connection& db, std::span<const ports::doubt_row> doubts) {
  params p;
  p.int4_array(column<std::int32_t>(doubts, [](const auto& r) { return r.campaign; }));
  p.int4_array(column<std::int32_t>(doubts, [](const auto& r) { return r.seq; }));
  p.int2_array(column<std::int16_t>(doubts, [](const auto& r) { return r.attempt; }));
  p.int8_array(column<std::int64_t>(doubts, [](const auto& r) { return r.since_ms; }));
  p.int4_array(column<std::int32_t>(doubts, [](const auto& r) { return r.code; }));
  return done_or(db.call("ledger_doubts", std::move(p)));
}

/// The fold makes stops of them; other daemons hear of it now. If that fails, they hear of it then.
void tell_of_stops(connection& db, const rows& people) {
  std::vector<std::int32_t> organization;
  std::vector<std::int64_t> phone;
  std::vector<std::string> user_id;
  for (const auto row : each(people)) {
    organization.push_back(row.id<std::int32_t>("organization_no"));
    phone.push_back(row.integer("phone"));
    user_id.push_back(row.string("user_id"));
  }
  params p;
  p.int4_array(organization).int8_array(phone).text_array(user_id);
  static_cast<void>(db.execute("ledger_tell_stops", std::move(p)).ok());
}

void find_stopped_recipients(connection& db, const core::event_batch& events,
                             std::vector<ports::stop_effect>& stopped) {
  std::map<core::campaign_no, std::vector<std::int32_t>> said;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (core::is_stop(static_cast<core::event_kind>(events.kind[i]), events.code[i]))
      said[core::campaign_no{events.campaign[i]}].push_back(events.seq[i]);
  for (const auto& [campaign, seqs] : said) {
    const auto people = db.query(campaign_statement("ledger_recipients_stopped", campaign),
                                 std::move(params{}.int4_array(seqs)));
    if (!people)
      continue;
    add_keys(*people, false, stopped);
    tell_of_stops(db, *people);
  }
}

/// Under every key of the person that the message names.
core::status open_windows(connection& db, std::span<const ports::inbound_row> inbound) {
  std::vector<std::string_view> numbers, messages;
  std::vector<std::int64_t> people, at_ms;
  for (const auto& row : inbound) {
    if (row.type == ports::preference_type || row.type == "system")
      continue; // not written by the person
    for (const auto person : {row.person, core::person_from_user_id(row.user_id)}) {
      if (person == 0)
        continue;
      numbers.emplace_back(row.phone_number_id);
      messages.emplace_back(row.message_id);
      people.push_back(static_cast<std::int64_t>(person));
      at_ms.push_back(row.at_ms);
    }
  }
  if (people.empty())
    return core::ok{};
  params p;
  p.text_array(numbers).int8_array(people).text_array(messages).int8_array(at_ms);
  return db.execute("ledger_windows", std::move(p));
}

core::status write_inbound(connection& db, std::span<const ports::inbound_row> inbound) {
  using row = ports::inbound_row;
  params p;
  p.int4_array(column<std::int32_t>(inbound, [](const auto& r) { return r.organization; }));
  p.text_array(texts(inbound, &row::phone_number_id)).text_array(texts(inbound, &row::message_id));
  p.int8_array(
      column<std::int64_t>(inbound, [](const auto& r) { return core::phone_of(r.person); }));
  p.text_array(texts(inbound, &row::user_id)).text_array(texts(inbound, &row::context_id));
  p.text_array(texts(inbound, &row::type)).text_array(texts(inbound, &row::text));
  p.text_array(texts(inbound, &row::payload));
  p.int8_array(column<std::int64_t>(inbound, [](const auto& r) { return r.at_ms; }));
  p.int4_array(column<std::int32_t>(inbound, [](const auto& r) { return r.stop ? 1 : 0; }));
  if (auto r = db.call("ledger_inbound", std::move(p)); !r)
    return r.error();
  return open_windows(db, inbound);
}

core::status write_template(connection& db, const ports::template_row& row) {
  params p;
  p.text(row.waba_id).text(row.name).text(row.language).text(row.status).text(row.category);
  p.text(row.next_category).integer(row.next_category_at_ms).text(row.quality);
  return db.execute("templates_note", std::move(p));
}

core::status write_others(connection& db, std::span<const ports::other_webhook_row> others) {
  using row = ports::other_webhook_row;
  params p;
  p.text_array(texts(others, &row::field)).text_array(texts(others, &row::payload));
  p.int8_array(column<std::int64_t>(others, [](const auto& r) { return r.at_ms; }));
  return done_or(db.call("ledger_others", std::move(p)));
}

} // namespace stentor::postgres
