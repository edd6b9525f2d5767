#include "adapters/postgres/contact/contacts.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/base/utf8.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace stentor::postgres {

namespace {

using core::errc;
using nlohmann::json;

/// Why a customer cannot be stored; none when it can.
std::optional<core::sentence> customer_problem(const ports::contact_input& c,
                                               const ports::phone& phone, const json& attributes) {
  if (!c.phone_number.empty() && phone.problem != ports::phone_problem::none)
    return core::make_sentence("phone_number_invalid", "phoneNumber: {problem}",
                               {{"problem", std::string{ports::to_string(phone.problem)}}});
  if (c.phone_number.empty() && c.user_id.empty())
    return core::make_sentence("nobody_named", "expected phoneNumber or userId");
  if (!attributes.is_object())
    return core::make_sentence("variables_no_object", "variables: expected a JSON object");
  if (!core::is_utf8_text(c.name) || !core::is_utf8_text(c.user_id) ||
      attributes.dump(-1, ' ', true, json::error_handler_t::replace).find("\\u0000") !=
          std::string::npos)
    return core::make_sentence("text_unusable", "a text that is not valid UTF-8 or holds NUL");
  return std::nullopt;
}

/// What one call of the API did to the customers.
class upsert {
public:
  upsert(connection& db, const ports::principal& who) : db_{db}, who_{who} {}

  core::status store(const ports::contact_input& c, const ports::phone& phone) {
    ++row_;
    const auto attributes =
        c.variables.empty() ? json::object() : json::parse(c.variables, nullptr, false);
    if (const auto why = customer_problem(c, phone, attributes); why) {
      refuse(*why);
      return core::ok{};
    }
    params p;
    p.integer(who_.organization);
    if (phone.digits == 0)
      p.null();
    else
      p.integer(static_cast<std::int64_t>(core::one_spelling(phone.digits)));
    p.text_or_null(c.user_id).text_or_null(c.name).text(attributes.dump());
    if (c.marketing_opt_in)
      p.boolean(*c.marketing_opt_in);
    else
      p.null();
    if (c.consent_at)
      p.integer(c.consent_at->time_since_epoch().count());
    else
      p.null();
    return write(std::move(p), static_cast<std::int64_t>(core::one_spelling(phone.digits)),
                 c.user_id);
  }

  core::result<std::string> finish() {
    const json detail{{"added", added_}, {"updated", updated_}};
    if (auto s = write_audit(db_, {who_, "customer.upsert", "", detail.dump()}); !s)
      return s.error();
    return json{{"added", added_}, {"updated", updated_}, {"problems", problems_}}.dump();
  }

private:
  /// Two keys are one person now: what he said under one of them holds for the other one.
  core::status follow_stops(std::int64_t phone, const std::string& user_id) {
    params p;
    p.int4_array(std::vector{who_.organization}).int8_array(std::vector{phone});
    p.text_array(std::vector{user_id});
    if (auto r = db_.call("people_follow_stops", std::move(p)); !r)
      return r.error();
    return core::ok{};
  }

  core::status write(params p, std::int64_t phone, const std::string& user_id) {
    if (auto s = db_.call("customer_savepoint"); !s)
      return s.error();
    auto r = db_.call("customer_upsert", std::move(p));
    if (!r && r.error().code != errc::conflict)
      return r.error();
    if (!r) {
      refuse(core::make_sentence("two_customers",
                                 "phoneNumber and userId belong to two different customers"));
      if (auto s = db_.call("customer_rollback"); !s)
        return s.error();
      return core::ok{};
    }
    if (phone != 0 && !user_id.empty())
      if (auto s = follow_stops(phone, user_id); !s)
        return s;
    const row_reader counts{*r};
    added_ += counts.integer("added");
    updated_ += counts.integer("changed");
    return core::ok{};
  }

  void refuse(const core::sentence& why) {
    problems_.push_back({{"row", row_}, {"problem", json::parse(core::to_json(why))}});
  }

  connection& db_;
  const ports::principal& who_;
  std::int64_t row_ = 0;
  std::int64_t added_ = 0;
  std::int64_t updated_ = 0;
  json problems_ = json::array();
};

class contacts final : public ports::contact_store {
public:
  contacts(query_pool& pool, const ports::phone_numbers& phones, std::string region)
      : pool_{pool}, phones_{phones}, region_{std::move(region)} {}

  core::result<std::string>
  upsert_customers(const ports::principal& who,
                   const std::vector<ports::contact_input>& customers) override {
    return pool_.in_transaction([&](connection& db) -> core::result<std::string> {
      upsert all{db, who};
      for (const auto& c : customers)
        if (auto s = all.store(c, phones_.parse(c.phone_number, region_)); !s)
          return s.error();
      return all.finish();
    });
  }

  core::result<std::string> list_customers(const ports::principal& who, core::page p) override {
    return pool_.page_of("customer_list", params{}.integer(who.organization), p);
  }

  core::result<std::string> get_customer(const ports::principal& who,
                                         std::string_view id) override {
    return pool_.json_of("customer_show", params{}.integer(who.organization).text(id),
                         "There is no customer with this id.");
  }

  core::result<std::string> list_suppressions(const ports::principal& who, core::page p) override {
    return pool_.page_of("suppression_list", params{}.integer(who.organization), p);
  }

private:
  query_pool& pool_;
  const ports::phone_numbers& phones_;
  std::string region_;
};

} // namespace

std::unique_ptr<ports::contact_store>
make_contact_store(query_pool& pool, const ports::phone_numbers& phones, std::string region) {
  return std::make_unique<contacts>(pool, phones, std::move(region));
}

} // namespace stentor::postgres
