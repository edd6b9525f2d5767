#include "adapters/postgres/contact/contacts.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/contact/customer_import.hpp"
#include "adapters/postgres/contact/customer_input.hpp"
#include "adapters/postgres/contact/customer_writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace stentor::postgres {

namespace {

using core::errc;
using nlohmann::json;

constexpr const char* no_customer = "There is no customer with this id.";

class contacts final : public ports::contact_store {
public:
  contacts(query_pool& pool, const ports::phone_numbers& phones, const ports::time_zones& zones,
           core::name_key key_of, std::string region)
      : pool_{pool}, phones_{phones}, zones_{zones}, key_of_{std::move(key_of)}, region_{std::move(
                                                                                     region)} {}

  core::result<std::string>
  upsert_customers(const ports::principal& who,
                   const std::vector<ports::contact_input>& customers) override {
    return pool_.with_connection([&](connection& db) -> core::result<std::string> {
      auto rules = load_attribute_rules(db, who.organization);
      if (!rules)
        return rules.error();
      json problems = json::array();
      const auto note = [&problems](std::int64_t row, const core::sentence& why) {
        problems.push_back({{"row", row}, {"problem", json::parse(core::to_json(why))}});
      };
      customer_writer writer{db, who.organization, zones_, rules->required(), note};
      const customer_reading reading{phones_, zones_, region_, *rules};
      std::int64_t line = 0;
      for (const auto& c : customers) {
        auto row = customer_row_of(c, ++line, reading);
        if (const auto* why = std::get_if<core::sentence>(&row))
          note(line, *why);
        else if (auto s = writer.add(std::move(std::get<core::customer_row>(row))); !s)
          return s.error();
      }
      if (auto s = writer.finish(); !s)
        return s.error();
      return report(db, who, writer.counts(), std::move(problems));
    });
  }

  core::result<std::unique_ptr<ports::file_import>>
  import_customers(const ports::principal& who, ports::import_choice chosen) override {
    return begin_customer_import({.pool = &pool_,
                                  .phones = &phones_,
                                  .zones = &zones_,
                                  .key_of = key_of_,
                                  .region = chosen.region.empty() ? region_ : chosen.region,
                                  .who = who,
                                  .columns = std::move(chosen.columns),
                                  .keep = !chosen.dry_run});
  }

  core::result<std::string> list_customers(const ports::principal& who,
                                           const ports::customer_filter& filter,
                                           core::page p) override {
    params wanted;
    wanted.integer(who.organization);
    if (filter.phone == 0)
      wanted.null();
    else
      wanted.integer(static_cast<std::int64_t>(filter.phone));
    wanted.text_or_null(filter.user_id);
    return pool_.page_of("customer_list", std::move(wanted), p);
  }

  core::result<std::string> get_customer(const ports::principal& who,
                                         std::string_view id) override {
    return pool_.json_of("customer_show", params{}.integer(who.organization).text(id), no_customer);
  }

  core::result<std::string> change_customer(const ports::principal& who, std::string_view id,
                                            const ports::contact_input& patch) override {
    return pool_.in_transaction([&](connection& db) -> core::result<std::string> {
      auto found = db.call("customer_lock", std::move(params{}.integer(who.organization).text(id)));
      if (!found)
        return found.error();
      if (found->empty())
        return core::error{errc::not_found, no_customer};
      auto done = change(db, who, row_reader{*found}, patch);
      if (!done)
        return done.error();
      if (auto s = write_audit(db, {who, "customer.change", std::string{id}, ""}); !s)
        return s.error();
      auto shown = db.call("customer_show", std::move(params{}.integer(who.organization).text(id)));
      if (!shown)
        return shown.error();
      return shown->string(0, 0);
    });
  }

  core::status remove_customer(const ports::principal& who, std::string_view id) override {
    return pool_.in_transaction([&](connection& db) -> core::status {
      auto found = db.call("customer_lock", std::move(params{}.integer(who.organization).text(id)));
      if (!found)
        return found.error();
      if (found->empty())
        return core::error{errc::not_found, no_customer};
      const row_reader row{*found};
      if (auto s = db.execute("customer_remove", std::move(params{}.integer(row.integer("no"))));
          !s)
        return s;
      return write_audit(db, {who, "customer.delete", row.string("id"), ""});
    });
  }

  core::result<std::string> list_suppressions(const ports::principal& who, core::page p) override {
    return pool_.page_of("suppression_list", params{}.integer(who.organization), p);
  }

private:
  /// New keys first, then the rest as from everybody who writes customers.
  core::status change(connection& db, const ports::principal& who, const row_reader& customer,
                      const ports::contact_input& patch) {
    auto rules = load_attribute_rules(db, who.organization);
    if (!rules)
      return rules.error();
    auto with_key = patch;
    if (patch.phone_number.empty() && !customer.is_null("phone"))
      with_key.phone_number = "+" + customer.string("phone");
    if (patch.user_id.empty())
      with_key.user_id = customer.string("user_id");
    auto row = customer_row_of(with_key, 1, {phones_, zones_, region_, *rules});
    if (const auto* why = std::get_if<core::sentence>(&row))
      return core::error{errc::invalid, why->text};
    auto& known = std::get<core::customer_row>(row);
    if (auto s = give_keys(db, customer, known); !s)
      return s;
    core::customer_batch batch;
    static_cast<void>(batch.add(std::move(known)));
    contact_touch touch{who.organization, zones_};
    auto report = touch.write(db, batch);
    if (!report)
      return report.error();
    if (!report->problems.empty())
      return core::error{errc::invalid, report->problems.front().second.text};
    return core::ok{};
  }

  static core::status give_keys(connection& db, const row_reader& customer,
                                const core::customer_row& row) {
    if (row.phone == customer.integer("phone") && row.user_id == customer.text("user_id"))
      return core::ok{};
    params p;
    p.integer(customer.integer("no"));
    if (row.phone == 0)
      p.null();
    else
      p.integer(row.phone);
    p.text_or_null(row.user_id);
    auto s = db.execute("customer_new_keys", std::move(p));
    if (!s && s.error().code == errc::conflict)
      return core::error{errc::conflict,
                         "The phone number or the user id belongs to another customer."};
    return s;
  }

  static core::result<std::string> report(connection& db, const ports::principal& who,
                                          const customer_counts& counts, json problems) {
    std::stable_sort(problems.begin(), problems.end(),
                     [](const json& a, const json& b) { return a["row"] < b["row"]; });
    const json done{
        {"added", counts.added}, {"updated", counts.changed}, {"unchanged", counts.unchanged}};
    if (auto s = write_audit(db, {who, "customer.upsert", "", done.dump()}); !s)
      return s.error();
    auto answer = done;
    answer["problems"] = std::move(problems);
    return answer.dump();
  }

  query_pool& pool_;
  const ports::phone_numbers& phones_;
  const ports::time_zones& zones_;
  core::name_key key_of_;
  std::string region_;
};

} // namespace

std::unique_ptr<ports::contact_store>
make_contact_store(query_pool& pool, const ports::phone_numbers& phones,
                   const ports::time_zones& zones, core::name_key key_of, std::string region) {
  return std::make_unique<contacts>(pool, phones, zones, std::move(key_of), std::move(region));
}

} // namespace stentor::postgres
