#include "adapters/postgres/contact/contact_touch.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/contact/place.hpp"

#include <algorithm>
#include <unordered_map>

namespace stentor::postgres {

namespace {

using core::customer_row;
using fate = core::customer_fate;

/// As the fragment contact_patches reads them.
enum sets : std::int16_t {
  sets_name = 1,
  sets_language = 2,
  sets_time_zone = 4,
  sets_tags = 8,
  fills_name = 16,
  says_yes = 32,
  says_yes_now = 64,
  says_no = 128,
  says_no_now = 256,
  assumes_nothing = 512,
};

constexpr int rounds_max = 5;

/// What was found of a customer, and where the row wants him to be.
struct known {
  core::known_customer customer;
  std::string country;
  std::string time_zone;
};

std::int16_t bits_of(const customer_row& row) {
  int bits = (row.name ? sets_name : 0) | (row.language ? sets_language : 0) |
             (row.time_zone ? sets_time_zone : 0) | (row.tags ? sets_tags : 0) |
             (row.met ? fills_name | assumes_nothing : 0);
  if (row.yes)
    bits |= says_yes | (row.yes->at ? 0 : says_yes_now);
  if (row.no)
    bits |= says_no | (row.no->at ? 0 : says_no_now);
  return static_cast<std::int16_t>(bits);
}

std::int64_t ms_of(const std::optional<core::said_word>& word) {
  return word && word->at ? word->at->time_since_epoch().count() : 0;
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const auto& text : texts) {
    json += json.size() > 1 ? "," : "";
    core::append_json_string(json, text);
  }
  return json += ']';
}

/// The columns of the fragment contact_patches.
struct patches {
  std::vector<std::size_t> rows; ///< whose they are, in the batch
  std::vector<std::int64_t> no, phone, yes_ms, no_ms;
  std::vector<std::int16_t> sets;
  std::vector<std::int32_t> place;
  std::vector<std::string> user_id, name, language, time_zone, tags, patch, removed, country;
  std::vector<std::string> zone; ///< in which they are, after the patch

  void add(std::size_t at, const customer_row& row, std::int64_t customer, bool keeps_user_id) {
    rows.push_back(at);
    no.push_back(customer);
    phone.push_back(row.phone);
    user_id.push_back(keeps_user_id ? std::string{} : row.user_id);
    sets.push_back(bits_of(row));
    name.push_back(row.name.value_or(""));
    language.push_back(row.language.value_or(""));
    time_zone.push_back(row.time_zone.value_or(""));
    tags.push_back(row.tags ? json_list(*row.tags) : std::string{});
    yes_ms.push_back(ms_of(row.yes));
    no_ms.push_back(ms_of(row.no));
    add_attributes(row);
  }

  void add_attributes(const customer_row& row) {
    std::string given = "{";
    std::vector<std::string> gone;
    for (const auto& [attribute, json] : row.attributes) {
      if (json.empty()) {
        gone.push_back(attribute);
        continue;
      }
      given += given.size() > 1 ? "," : "";
      core::append_json_string(given, attribute);
      given.append(":").append(json);
    }
    patch.push_back(given += '}');
    removed.push_back(gone.empty() ? std::string{} : json_list(gone));
  }

  [[nodiscard]] params as_params(core::organization_no organization) const {
    params p;
    p.integer(organization).int8_array(no).int8_array(phone).text_array(user_id).int2_array(sets);
    p.text_array(name).text_array(language).text_array(time_zone).text_array(tags);
    p.text_array(patch).text_array(removed).int8_array(yes_ms).int8_array(no_ms);
    p.text_array(country).int4_array(place);
    return p;
  }
};

core::sentence too_large() {
  return core::make_sentence("attributes_too_large",
                             "together with what is known of the customer its variables are "
                             "larger than 256 KiB");
}

/// The first of the attributes that everybody must have and the row does not bring; empty: it
/// brings all.
std::string_view missing(const customer_row& row,
                         const std::set<std::string, std::less<>>& required) {
  const auto brings = [&row](const std::string& name) {
    return std::any_of(row.attributes.begin(), row.attributes.end(),
                       [&name](const auto& a) { return a.first == name && !a.second.empty(); });
  };
  const auto first = std::find_if_not(required.begin(), required.end(), brings);
  return first == required.end() ? std::string_view{} : *first;
}

std::string_view country_of(const customer_row& row, const known* who) {
  if (row.phone != 0)
    return core::country_of(row.region, row.user_id);
  // That of a phone number which is known already stands above that of a user id.
  const bool is_known =
      who != nullptr && !who->country.empty() && who->country != core::unknown_country;
  return is_known ? std::string_view{who->country} : core::country_of({}, row.user_id);
}

} // namespace

core::sentence two_customers() {
  return core::make_sentence("two_customers",
                             "phoneNumber and userId belong to two different customers");
}

/// One try to write rows; who was added by somebody else meanwhile is left for the next one.
struct contact_touch::round {
  const std::vector<customer_row>& rows;
  touch_report& report;
  std::vector<std::size_t> left; ///< places in rows

  std::vector<known> found{};
  std::unordered_map<std::int64_t, std::size_t> by_phone{};
  std::unordered_map<std::string, std::size_t> by_user{};
  patches changes{}, additions{};

  core::status find(connection& db, core::organization_no organization) {
    std::vector<std::int64_t> phones;
    std::vector<std::string_view> users;
    for (const auto at : left) {
      if (rows[at].phone != 0)
        phones.push_back(rows[at].phone);
      if (!rows[at].user_id.empty())
        users.push_back(rows[at].user_id);
    }
    auto answer =
        db.call("contact_find",
                std::move(params{}.integer(organization).int8_array(phones).text_array(users)));
    if (!answer)
      return answer.error();
    for (const auto row : each(*answer)) {
      if (!row.is_null("phone"))
        by_phone.emplace(row.integer("phone"), found.size());
      if (!row.is_null("user_id"))
        by_user.emplace(row.string("user_id"), found.size());
      found.push_back({{row.integer("no"), row.integer("phone"), row.string("user_id")},
                       row.string("country"),
                       row.string("time_zone")});
    }
    return core::ok{};
  }

  template <class Map, class Key>
  const known* look(const Map& map, const Key& key) const {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &found[at->second];
  }

  void refuse(std::size_t at, core::sentence why) const {
    report.problems.emplace_back(rows[at].line, std::move(why));
    report.customers[at] = 0;
  }

  void decide(std::size_t at, const std::set<std::string, std::less<>>& required, places& where);
  core::status change(connection& db, core::organization_no organization);
  core::status add(connection& db, core::organization_no organization);
};

/// Who the row is about, and where he is.
void contact_touch::round::decide(std::size_t at,
                                  const std::set<std::string, std::less<>>& required,
                                  places& where) {
  const auto& row = rows[at];
  const auto* phone = look(by_phone, row.phone);
  const auto* user = look(by_user, row.user_id);
  const auto f = core::fate_of(row, phone == nullptr ? nullptr : &phone->customer,
                               user == nullptr ? nullptr : &user->customer);
  if (f.is == fate::what::refused)
    return refuse(at, two_customers());
  const bool is_new = f.is == fate::what::added;
  if (const auto lacks = is_new ? missing(row, required) : std::string_view{}; !lacks.empty())
    return refuse(at, core::make_sentence("attribute_missing",
                                          "attributes.{attribute}: every customer must have it",
                                          {{"attribute", std::string{lacks}}}));
  if (f.same_as != 0)
    report.same.emplace_back(f.no, f.same_as);
  const auto* who = phone != nullptr ? phone : user;
  auto& to = is_new ? additions : changes;
  to.add(at, row, f.no, f.same_as != 0);
  to.country.emplace_back(country_of(row, who));
  to.zone.push_back(row.time_zone    ? *row.time_zone
                    : who == nullptr ? std::string{}
                                     : who->time_zone);
  where.want(to.country.back(), to.zone.back());
}

core::status contact_touch::round::change(connection& db, core::organization_no organization) {
  if (changes.rows.empty())
    return core::ok{};
  auto done = db.call("contact_change", changes.as_params(organization));
  if (!done)
    return done.error();
  for (const auto row : each(*done)) {
    const auto place = static_cast<std::size_t>(row.integer("ord")) - 1;
    const auto at = changes.rows[place];
    if (row.boolean("too_large")) {
      refuse(at, too_large());
      continue;
    }
    ++(row.boolean("changed") ? report.changed : report.unchanged);
    report.customers[at] = changes.no[place];
  }
  return core::ok{};
}

core::status contact_touch::round::add(connection& db, core::organization_no organization) {
  left.clear();
  if (additions.rows.empty())
    return core::ok{};
  auto done = db.call("contact_add", additions.as_params(organization));
  if (!done)
    return done.error();
  std::unordered_map<std::int64_t, std::int64_t> phones;
  std::unordered_map<std::string, std::int64_t> users;
  for (const auto row : each(*done)) {
    if (row.is_null("phone"))
      users.emplace(row.string("user_id"), row.integer("no"));
    else
      phones.emplace(row.integer("phone"), row.integer("no"));
  }
  report.added += done->size();
  for (const auto at : additions.rows) {
    const auto& row = rows[at];
    const auto by_phone_now = phones.find(row.phone);
    const auto by_user_now = users.find(row.user_id);
    if (row.phone != 0 && by_phone_now != phones.end())
      report.customers[at] = by_phone_now->second;
    else if (row.phone == 0 && by_user_now != users.end())
      report.customers[at] = by_user_now->second;
    else
      left.push_back(at); // somebody else was faster
  }
  return core::ok{};
}

core::status contact_touch::write_round(connection& db, round& r) {
  if (auto s = r.find(db, organization_); !s)
    return s;
  for (const auto at : r.left)
    r.decide(at, required_, places_);
  if (auto s = places_.find(db); !s)
    return s;
  for (auto* to : {&r.additions, &r.changes})
    for (std::size_t i = 0; i < to->rows.size(); ++i)
      to->place.push_back(places_.number_of(to->country[i], to->zone[i]));
  if (auto s = r.change(db, organization_); !s)
    return s;
  return r.add(db, organization_);
}

/// Two keys are one person now: what he said under one of them holds for the other one.
core::status contact_touch::write_people(connection& db, const core::customer_batch& batch,
                                         const touch_report& report) {
  std::unordered_map<std::int64_t, std::int64_t> customer_of;
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (report.customers[i] != 0)
      customer_of.emplace(batch.rows()[i].phone, report.customers[i]);
  std::vector<std::int64_t> phones;
  std::vector<std::string_view> users;
  for (const auto& [phone, user] : batch.pairs())
    if (customer_of.contains(phone)) {
      phones.push_back(phone);
      users.emplace_back(user);
    }
  if (phones.empty())
    return core::ok{};
  const std::vector<std::int32_t> organizations(phones.size(), organization_);
  auto fresh =
      db.call("contact_aliases",
              std::move(params{}.int4_array(organizations).int8_array(phones).text_array(users)));
  if (!fresh)
    return fresh.error();
  std::vector<std::int32_t> of;
  std::vector<std::int64_t> known_phones;
  std::vector<std::string> known_users;
  for (const auto row : each(*fresh)) {
    of.push_back(organization_);
    known_phones.push_back(row.integer("phone"));
    known_users.push_back(row.string("user_id"));
  }
  if (of.empty())
    return core::ok{};
  return db.execute(
      "people_follow_stops",
      std::move(params{}.int4_array(of).int8_array(known_phones).text_array(known_users)));
}

core::result<touch_report> contact_touch::write(connection& db, const core::customer_batch& batch) {
  touch_report report;
  report.customers.resize(batch.size());
  // The recorder takes this lock before it touches customers, so nobody may do it the other way
  // round.
  if (!batch.pairs().empty())
    if (auto s =
            db.execute("people_lock",
                       std::move(params{}.int4_array(std::vector<std::int32_t>{organization_})));
        !s)
      return s.error();
  if (auto s = db.run(sql_script("contact_plans")); !s)
    return s.error();
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (batch.rows()[i].phone != 0 || !batch.rows()[i].user_id.empty())
      left.push_back(i);
  for (int tries = 0; !left.empty(); ++tries) {
    if (tries == rounds_max)
      return core::error{core::errc::unavailable,
                         "Somebody else writes the same customers all the time; try again."};
    round r{.rows = batch.rows(), .report = report, .left = std::move(left)};
    if (auto s = write_round(db, r); !s)
      return s.error();
    left = std::move(r.left);
  }
  if (auto s = write_people(db, batch, report); !s)
    return s.error();
  return report;
}

} // namespace stentor::postgres
