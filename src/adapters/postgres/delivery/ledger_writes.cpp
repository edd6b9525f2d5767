#include "adapters/postgres/delivery/ledger_writes.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <map>
#include <set>
#include <tuple>

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

/// The phone number of a person, 0 when only the user id is known (then the key is a hash with the
/// top bit set).
std::int64_t phone_of(core::person_key person) {
  return (person >> 63U) != 0 ? 0 : static_cast<std::int64_t>(person);
}

/// Stops of people that are known in one way, as columns.
struct stop_columns {
  std::vector<std::int32_t> organization;
  std::vector<std::int64_t> phone;
  std::vector<std::string_view> user_id, reason, evidence;
  std::vector<std::int64_t> at_ms;

  void add(const ports::suppression_row& r) {
    organization.push_back(r.organization);
    phone.push_back(phone_of(r.person));
    user_id.emplace_back(r.user_id);
    reason.emplace_back(r.reason);
    evidence.emplace_back(r.evidence);
    at_ms.push_back(r.at_ms);
  }
  [[nodiscard]] bool empty() const { return organization.empty(); }
};

core::status stop_phones(connection& db, const stop_columns& c) {
  params stop;
  stop.int4_array(c.organization)
      .int8_array(c.phone)
      .text_array(c.reason)
      .text_array(c.evidence)
      .int8_array(c.at_ms);
  if (auto r = db.call("ledger_stop_phones", std::move(stop)); !r)
    return r.error();
  params consent;
  consent.int4_array(c.organization).int8_array(c.phone).int8_array(c.at_ms);
  return done_or(db.call("ledger_opt_out_phones", std::move(consent)));
}

core::status stop_users(connection& db, const stop_columns& c) {
  params stop;
  stop.int4_array(c.organization)
      .text_array(c.user_id)
      .text_array(c.reason)
      .text_array(c.evidence)
      .int8_array(c.at_ms);
  if (auto r = db.call("ledger_stop_users", std::move(stop)); !r)
    return r.error();
  params consent;
  consent.int4_array(c.organization).text_array(c.user_id).int8_array(c.at_ms);
  return done_or(db.call("ledger_opt_out_users", std::move(consent)));
}

/// Adds a person under each key that a row has.
void add_keys(const rows& people, std::vector<ports::stop_key>& keys) {
  for (const auto row : each(people)) {
    const auto organization = row.id<core::organization_no>("organization_no");
    if (!row.is_null("phone"))
      keys.push_back({organization, static_cast<core::person_key>(row.integer("phone"))});
    if (!row.is_null("user_id"))
      keys.push_back({organization, core::person_from_user_id(row.text("user_id"))});
  }
}

core::status lift(connection& db, const stop_columns& c, std::vector<ports::stop_key>& lifted) {
  params p;
  p.int4_array(c.organization)
      .int8_array(c.phone)
      .text_array(c.user_id)
      .text_array(c.reason)
      .int8_array(c.at_ms);
  auto gone = db.call("ledger_lift", std::move(p));
  if (!gone)
    return gone.error();
  add_keys(*gone, lifted);
  return core::ok{};
}

/// Everybody whom these stops stop, under every key.
core::status find_stopped(connection& db, const stop_columns& phones, const stop_columns& users,
                          std::vector<ports::stop_key>& stopped) {
  for (std::size_t i = 0; i < phones.phone.size(); ++i)
    stopped.push_back({core::organization_no{phones.organization[i]},
                       static_cast<core::person_key>(phones.phone[i])});
  for (std::size_t i = 0; i < users.user_id.size(); ++i)
    stopped.push_back({core::organization_no{users.organization[i]},
                       core::person_from_user_id(users.user_id[i])});
  params p;
  p.int4_array(phones.organization).int8_array(phones.phone);
  p.int4_array(users.organization).text_array(users.user_id);
  auto customers = db.call("ledger_customers_stopped", std::move(p));
  if (!customers)
    return customers.error();
  add_keys(*customers, stopped);
  return core::ok{};
}

} // namespace

core::status write_marks(connection& db, std::span<const ports::progress_mark> marks,
                         std::vector<core::number_no>& fenced) {
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
    fenced.push_back(row.id<core::number_no>("number"));
  return core::ok{};
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

core::status write_suppressions(connection& db, std::span<const ports::suppression_row> rows,
                                ports::ledger_receipt& receipt) {
  // One statement must not touch a row twice, and a stop and its lift can come in one commit. A
  // person is stopped under the phone number and under the user id, as two rows, so that either
  // finds the stop.
  std::map<std::pair<core::organization_no, std::int64_t>, const ports::suppression_row*> by_phone;
  std::map<std::pair<core::organization_no, std::string_view>, const ports::suppression_row*>
      by_user;
  for (const auto& r : rows) {
    if (phone_of(r.person) != 0)
      by_phone[{r.organization, phone_of(r.person)}] = &r;
    if (!r.user_id.empty())
      by_user[{r.organization, r.user_id}] = &r;
  }
  stop_columns phones, users, lifted;
  for (const auto& [key, r] : by_phone)
    (r->lift ? lifted : phones).add(*r);
  for (const auto& [key, r] : by_user)
    (r->lift ? lifted : users).add(*r);
  if (!lifted.empty())
    if (auto s = lift(db, lifted, receipt.lifted); !s)
      return s;
  if (!phones.empty())
    if (auto s = stop_phones(db, phones); !s)
      return s;
  if (!users.empty())
    if (auto s = stop_users(db, users); !s)
      return s;
  if (phones.empty() && users.empty())
    return core::ok{};
  return find_stopped(db, phones, users, receipt.stopped);
}

void find_stopped_recipients(connection& db, const core::event_batch& events,
                             std::vector<ports::stop_key>& stopped) {
  std::map<core::campaign_no, std::vector<std::int32_t>> said;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (core::is_stop(static_cast<core::event_kind>(events.kind[i]), events.code[i]))
      said[core::campaign_no{events.campaign[i]}].push_back(events.seq[i]);
  for (const auto& [campaign, seqs] : said) {
    const auto people = db.query(campaign_statement("ledger_recipients_stopped", campaign),
                                 std::move(params{}.int4_array(seqs)));
    if (people)
      add_keys(*people, stopped);
  }
}

core::status write_inbound(connection& db, std::span<const ports::inbound_row> inbound) {
  using row = ports::inbound_row;
  params p;
  p.int4_array(column<std::int32_t>(inbound, [](const auto& r) { return r.organization; }));
  p.text_array(texts(inbound, &row::phone_number_id)).text_array(texts(inbound, &row::message_id));
  p.int8_array(column<std::int64_t>(inbound, [](const auto& r) { return phone_of(r.person); }));
  p.text_array(texts(inbound, &row::user_id)).text_array(texts(inbound, &row::context_id));
  p.text_array(texts(inbound, &row::type)).text_array(texts(inbound, &row::text));
  p.text_array(texts(inbound, &row::payload));
  p.int8_array(column<std::int64_t>(inbound, [](const auto& r) { return r.at_ms; }));
  p.int4_array(column<std::int32_t>(inbound, [](const auto& r) { return r.stop ? 1 : 0; }));
  return done_or(db.call("ledger_inbound", std::move(p)));
}

core::status write_others(connection& db, std::span<const ports::other_webhook_row> others) {
  using row = ports::other_webhook_row;
  params p;
  p.text_array(texts(others, &row::field)).text_array(texts(others, &row::payload));
  p.int8_array(column<std::int64_t>(others, [](const auto& r) { return r.at_ms; }));
  return done_or(db.call("ledger_others", std::move(p)));
}

} // namespace stentor::postgres
