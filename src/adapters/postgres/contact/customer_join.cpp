#include "adapters/postgres/contact/customer_join.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/contact/merge.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace stentor::postgres {

namespace {

using core::mergeable_customer;
using core::written_text;

constexpr std::int64_t hidden_max = 5'000;
constexpr std::int64_t changes_max = 100;

/// What of a row the rule does not know.
struct whereabouts {
  std::string country;
  std::optional<std::int64_t> place;
};

core::wall_time at_ms(std::int64_t ms) {
  return core::wall_time{std::chrono::milliseconds{ms}};
}

mergeable_customer customer_of(const row_reader& row) {
  mergeable_customer c;
  // What is known of a value's time is the row's.
  const auto at = at_ms(row.integer("updated_ms"));
  c.identity = {row.integer("no"), at_ms(row.integer("created_ms")), !row.is_null("phone")};
  c.phone = {row.string("phone"), at};
  c.user_id = {row.string("user_id"), at};
  c.name = {row.string("name"), at};
  c.language = {row.string("language"), at};
  c.time_zone = {row.string("time_zone"), at};
  for (const auto& tag : nlohmann::json::parse(row.text("tags"), nullptr, false))
    if (tag.is_string())
      c.tags.insert(tag.get<std::string>());
  c.marketing = {row.boolean("marketing_opt_in"), row.time("yes_ms"), row.time("no_ms")};
  c.updated_at = at;
  return c;
}

template <class Texts>
std::string json_list(const Texts& texts) {
  std::string json = "[";
  for (const auto& text : texts) {
    json += json.size() > 1 ? "," : "";
    core::append_json_string(json, text);
  }
  return json += ']';
}

std::string attributes_of(const mergeable_customer& c) {
  std::string json = "{";
  for (const auto& [name, value] : c.attributes) {
    json += json.size() > 1 ? "," : "";
    core::append_json_string(json, name);
    json.append(":").append(value.text);
  }
  return json += '}';
}

core::status keep(connection& db, const mergeable_customer& c, const whereabouts& where) {
  params p;
  p.integer(c.identity.no).text_or_null(c.phone.text).text(c.user_id.text).text(c.name.text);
  p.text(c.language.text).text(c.time_zone.text).text(json_list(c.tags)).text(attributes_of(c));
  p.boolean(c.marketing.agrees);
  for (const auto& when : {c.marketing.in_at, c.marketing.out_at})
    p.integer(when ? std::optional{when->time_since_epoch().count()} : std::nullopt);
  p.text_or_null(where.country).integer(where.place);
  return db.execute("join_keep", std::move(p));
}

core::status read_attributes(connection& db, params customers,
                             std::vector<mergeable_customer>& two) {
  auto found = db.call("join_attributes", std::move(customers));
  if (!found)
    return found.error();
  for (const auto row : each(*found))
    for (auto& c : two)
      if (c.identity.no == row.integer("no"))
        c.attributes[row.string("key")] = {row.string("value"), c.updated_at};
  return core::ok{};
}

/// Inside a transaction.
core::result<bool> join(connection& db, std::int64_t newer, std::int64_t other) {
  const std::vector<std::int64_t> nos{newer, other};
  auto found = db.call("join_lock", std::move(params{}.int8_array(nos)));
  if (!found)
    return found.error();
  if (found->size() != 2 || row_reader{*found, 0}.integer("organization_no") !=
                                row_reader{*found, 1}.integer("organization_no"))
    return false;
  std::vector<mergeable_customer> two{customer_of(row_reader{*found, 0}),
                                      customer_of(row_reader{*found, 1})};
  if (auto s = read_attributes(db, std::move(params{}.int8_array(nos)), two); !s)
    return s.error();
  for (auto& c : two)
    if (c.identity.no == newer) {
      const auto now =
          std::max(two[0].updated_at, two[1].updated_at) + std::chrono::milliseconds{1};
      c.phone.at = now;
      c.user_id.at = now;
    }
  const auto one = core::merged(two[0], two[1]);
  // Where the kept phone number is, there the person is, unless a zone was said.
  const auto is_from = [&](int i, const char* column, const written_text& kept) {
    return !kept.text.empty() && row_reader{*found, i}.text(column) == kept.text;
  };
  const int with_phone = is_from(1, "phone", one.phone) ? 1 : 0;
  const int with_zone =
      is_from(with_phone, "time_zone", one.time_zone) || one.time_zone.text.empty()
          ? with_phone
          : 1 - with_phone;
  const whereabouts where{row_reader{*found, with_phone}.string("country"),
                          row_reader{*found, with_zone}.integer_or_none("place")};
  const auto gone = one.identity.no == newer ? other : newer;
  if (auto s = db.execute("join_take", std::move(params{}.integer(one.identity.no).integer(gone)));
      !s)
    return s.error();
  if (auto s = db.execute("join_drop", std::move(params{}.integer(gone))); !s)
    return s.error();
  if (auto s = keep(db, one, where); !s)
    return s.error();
  return true;
}

} // namespace

core::result<bool> join_customers(connection& db, std::int64_t newer, std::int64_t other) {
  auto t = transaction::begin(db);
  if (!t)
    return t.error();
  auto done = join(db, newer, other);
  if (!done)
    return done;
  if (auto s = t->commit(); !s)
    return s.error();
  return done;
}

core::result<std::int64_t> customer_follower::follow_hidden(connection& db) {
  auto found = db.call("join_hidden", std::move(params{}.integer(after_).integer(hidden_max)));
  if (!found)
    return found.error();
  after_ = found->size() < hidden_max ? 0 : row_reader{*found, found->size() - 1}.integer("no");
  std::int64_t done = 0;
  for (const auto row : each(*found)) {
    if (row.is_null("phone"))
      continue;
    if (row.is_null("other")) {
      auto shown =
          db.execute("join_show_phone",
                     std::move(params{}.integer(row.integer("no")).integer(row.integer("phone"))));
      // Somebody who got the number in this moment is joined in the next round.
      if (!shown && shown.error().code != core::errc::conflict)
        return shown.error();
      ++done;
      continue;
    }
    auto joined = join_customers(db, row.integer("other"), row.integer("no"));
    if (!joined)
      return joined.error();
    done += *joined ? 1 : 0;
  }
  return done;
}

/// One change a transaction, so that it is marked as followed with what it did.
core::result<std::int64_t> customer_follower::follow_changes(connection& db) {
  std::int64_t done = 0;
  for (std::int64_t i = 0; i < changes_max; ++i) {
    auto t = transaction::begin(db);
    if (!t)
      return t.error();
    auto found = db.call("join_changes", std::move(params{}.integer(1)));
    if (!found)
      return found.error();
    if (found->empty())
      break;
    const row_reader row{*found};
    const auto first_of = [&](const char* one, const char* two) {
      return row.is_null(one) ? row.integer(two) : row.integer(one);
    };
    const auto old = first_of("old_by_phone", "old_by_user");
    const auto fresh = first_of("new_by_phone", "new_by_user");
    if (old != 0 && fresh != 0 && old != fresh) {
      auto joined = join(db, fresh, old);
      if (!joined)
        return joined.error();
      ++done;
    } else if (old != 0 && fresh == 0) {
      params keys;
      keys.integer(old).integer(row.integer_or_none("phone")).text_or_null(row.text("user_id"));
      if (auto s = db.execute("customer_new_keys", std::move(keys)); !s)
        return s.error();
      ++done;
    }
    if (auto s = db.execute("join_followed", std::move(params{}.text(row.text("ctid")))); !s)
      return s.error();
    if (auto s = t->commit(); !s)
      return s.error();
  }
  return done;
}

core::result<std::int64_t> customer_follower::follow(connection& db) {
  auto hidden = follow_hidden(db);
  if (!hidden)
    return hidden;
  auto changed = follow_changes(db);
  if (!changed)
    return changed;
  return *hidden + *changed;
}

} // namespace stentor::postgres
