#include "adapters/postgres/delivery/people_writes.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::postgres {

namespace {

using effects = std::vector<ports::stop_effect>;

/// People as the statements of people.sql take them.
struct people_columns {
  std::vector<std::int32_t> organization;
  std::vector<std::int64_t> phone; ///< 0: not known
  std::vector<std::string> user_id;

  void add(core::organization_no of, core::person_key person, std::string_view user) {
    organization.push_back(of);
    phone.push_back(core::phone_of(person));
    user_id.emplace_back(user);
  }
  [[nodiscard]] params as_params() const {
    params p;
    p.int4_array(organization).int8_array(phone).text_array(user_id);
    return p;
  }
};

/// The stops of one commit under every key of their people. One statement must not touch a row
/// twice, and a stop and its lift can come in one commit.
class stops {
public:
  using row = const ports::suppression_row*;

  void add(row r, std::int64_t phone, std::string_view user) {
    if (phone != 0)
      by_phone_[{r->organization, phone}] = r;
    if (!user.empty())
      by_user_[{r->organization, std::string{user}}] = r;
  }

  core::status write(connection& db, effects& to) {
    for (const auto& [key, r] : by_phone_) {
      (r->lift ? lifted_ : phones_).add(*r, key.second, {});
      to.push_back({key.first, static_cast<core::person_key>(key.second), r->lift});
    }
    for (const auto& [key, r] : by_user_) {
      (r->lift ? lifted_ : users_).add(*r, 0, key.second);
      to.push_back({key.first, core::person_from_user_id(key.second), r->lift});
    }
    if (auto s = lift(db); !s)
      return s;
    if (auto s = stop_phones(db); !s)
      return s;
    return stop_users(db);
  }

private:
  struct columns {
    std::vector<std::int32_t> organization;
    std::vector<std::int64_t> phone;
    std::vector<std::string_view> user_id, reason, evidence;
    std::vector<std::int64_t> at_ms;

    void add(const ports::suppression_row& r, std::int64_t his_phone, std::string_view his_user) {
      organization.push_back(r.organization);
      phone.push_back(his_phone);
      user_id.push_back(his_user);
      reason.emplace_back(r.reason);
      evidence.emplace_back(r.evidence);
      at_ms.push_back(r.at_ms);
    }
  };

  core::status lift(connection& db) const {
    const auto& c = lifted_;
    if (c.organization.empty())
      return core::ok{};
    params p;
    p.int4_array(c.organization)
        .int8_array(c.phone)
        .text_array(c.user_id)
        .text_array(c.reason)
        .int8_array(c.at_ms);
    return db.execute("ledger_lift", std::move(p));
  }

  core::status stop_phones(connection& db) const {
    const auto& c = phones_;
    if (c.organization.empty())
      return core::ok{};
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
    return db.execute("ledger_opt_out_phones", std::move(consent));
  }

  core::status stop_users(connection& db) const {
    const auto& c = users_;
    if (c.organization.empty())
      return core::ok{};
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
    return db.execute("ledger_opt_out_users", std::move(consent));
  }

  std::map<std::pair<core::organization_no, std::int64_t>, row> by_phone_;
  std::map<std::pair<core::organization_no, std::string>, row> by_user_;
  columns phones_, users_, lifted_;
};

core::status lock_people(connection& db, const ports::ledger_write& write) {
  std::vector<std::int32_t> organizations;
  for (const auto& r : write.aliases)
    organizations.push_back(r.organization);
  for (const auto& r : write.changes)
    organizations.push_back(r.organization);
  for (const auto& r : write.suppressions)
    organizations.push_back(r.organization);
  return db.execute("people_lock", std::move(params{}.int4_array(organizations)));
}

/// Adds whom more is known of now.
core::status write_aliases(connection& db, const std::vector<ports::alias_row>& aliases,
                           people_columns& known) {
  people_columns people;
  std::vector<std::int64_t> at_ms;
  for (const auto& r : aliases) {
    people.add(r.organization, r.phone, r.user_id);
    at_ms.push_back(r.at_ms);
  }
  auto p = people.as_params();
  p.int8_array(at_ms);
  auto fresh = db.call("people_aliases", std::move(p));
  if (!fresh)
    return fresh.error();
  for (const auto row : each(*fresh))
    known.add(row.id<core::organization_no>("organization_no"),
              static_cast<core::person_key>(row.integer("phone")), row.text("user_id"));
  return core::ok{};
}

core::status write_changes(connection& db, const std::vector<ports::change_row>& changes,
                           people_columns& known) {
  people_columns old;
  std::vector<std::int64_t> phone, at_ms;
  std::vector<std::string_view> user_id;
  for (const auto& r : changes) {
    old.add(r.organization, r.old_phone, r.old_user_id);
    known.add(r.organization, r.old_phone, r.old_user_id);
    phone.push_back(core::phone_of(r.phone));
    user_id.emplace_back(r.user_id);
    at_ms.push_back(r.at_ms);
  }
  auto p = old.as_params();
  p.int8_array(phone).text_array(user_id).int8_array(at_ms);
  return db.execute("people_changes", std::move(p));
}

/// Stops that were there before follow to the keys that became known.
core::status follow_stops(connection& db, const people_columns& known, effects& to) {
  if (known.organization.empty())
    return core::ok{};
  auto written = db.call("people_follow_stops", known.as_params());
  if (!written)
    return written.error();
  for (const auto row : each(*written))
    to.push_back({row.id<core::organization_no>("organization_no"),
                  row.is_null("phone") ? core::person_from_user_id(row.text("user_id"))
                                       : static_cast<core::person_key>(row.integer("phone")),
                  false});
  return core::ok{};
}

core::status write_suppressions(connection& db, const std::vector<ports::suppression_row>& said,
                                effects& to) {
  if (said.empty())
    return core::ok{};
  people_columns people;
  for (const auto& r : said)
    people.add(r.organization, r.person, r.user_id);
  auto keys = db.call("people_keys", people.as_params());
  if (!keys)
    return keys.error();
  std::multimap<std::size_t, row_reader> of;
  for (const auto row : each(*keys))
    of.emplace(static_cast<std::size_t>(row.integer("place")) - 1, row);
  stops all;
  for (const auto& [place, row] : of) // in the order in which people spoke
    all.add(&said[place], row.integer("phone"), row.text("user_id"));
  return all.write(db, to);
}

} // namespace

core::status write_people(connection& db, const ports::ledger_write& write, effects& to) {
  if (write.aliases.empty() && write.changes.empty() && write.suppressions.empty())
    return core::ok{};
  if (auto s = lock_people(db, write); !s)
    return s;
  people_columns known;
  if (!write.aliases.empty())
    if (auto s = write_aliases(db, write.aliases, known); !s)
      return s;
  if (!write.changes.empty())
    if (auto s = write_changes(db, write.changes, known); !s)
      return s;
  if (auto s = follow_stops(db, known, to); !s)
    return s;
  return write_suppressions(db, write.suppressions, to);
}

} // namespace stentor::postgres
