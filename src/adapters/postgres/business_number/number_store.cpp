#include "adapters/postgres/business_number/number_store.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <nlohmann/json.hpp>

namespace stentor::postgres {

core::status number_store_on_postgres::save_one(ports::number& number) {
  params p;
  p.integer(number.organization)
      .text(number.phone_number_id)
      .text(number.waba_id)
      .real(number.per_second)
      .boolean(number.active);
  auto r = db_->call("numbers_save", std::move(p));
  if (!r)
    return r.error();
  const row_reader saved{*r};
  number.no = saved.id<core::number_no>("no");
  return core::ok{};
}

core::result<std::vector<ports::number>>
number_store_on_postgres::save(const std::vector<ports::number>& configured,
                               const std::string& organization_name) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  auto t = transaction::begin(*db_);
  if (!t)
    return t.error();
  auto organization = db_->call("numbers_organization", params{}.text(organization_name));
  if (!organization)
    return organization.error();
  const auto no = row_reader{*organization}.id<core::organization_no>("no");
  auto saved = configured;
  std::vector<std::string> names;
  for (auto& number : saved) {
    number.organization = no;
    names.push_back(number.phone_number_id);
    if (auto s = save_one(number); !s)
      return s.error();
  }
  params retire;
  retire.integer(no).text_array(names);
  if (auto s = db_->execute("numbers_retire", std::move(retire)); !s)
    return s.error();
  if (auto s = t->commit(); !s)
    return s.error();
  return saved;
}

core::result<std::vector<ports::lease>>
number_store_on_postgres::take(const std::string& owner,
                               const std::vector<core::number_no>& numbers,
                               std::chrono::milliseconds duration, bool after_predecessor,
                               const std::vector<ports::number_pace>& at_work) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  auto paces = nlohmann::json::array();
  for (const auto& each : at_work)
    paces.push_back({{"id", each.phone_number_id},
                     {"rate", each.per_second},
                     {"ceiling", each.ceiling},
                     {"pace", each.pace}});
  params p;
  p.text(owner)
      .int4_array(numbers)
      .integer(duration.count())
      .boolean(after_predecessor)
      .text(paces.dump());
  auto r = db_->call("numbers_acquire_leases", std::move(p));
  if (!r)
    return r.error();
  std::vector<ports::lease> held;
  for (const auto row : each(*r))
    held.push_back(
        {.number = row.id<core::number_no>("number_no"),
         .epoch = row.id<core::lease_epoch>("epoch"),
         .fresh = row.boolean("is_fresh"),
         .clean = row.boolean("is_clean"),
         .order_no = row.integer("order_no"),
         .paused_by_operator = row.boolean("ordered_pause"),
         .marketing_share = row.real("marketing_share"),
         .learned = row.is_null("learned") ? std::nullopt : std::optional{row.real("learned")}});
  return held;
}

core::result<std::vector<ports::lease>>
number_store_on_postgres::acquire_leases(const std::string& owner,
                                         const std::vector<core::number_no>& numbers,
                                         std::chrono::milliseconds duration) {
  return take(owner, numbers, duration, true, {});
}

core::result<std::vector<ports::lease>> number_store_on_postgres::renew_leases(
    const std::string& owner, const std::vector<core::number_no>& numbers,
    std::chrono::milliseconds duration, const std::vector<ports::number_pace>& at_work) {
  return take(owner, numbers, duration, false, at_work);
}

core::status number_store_on_postgres::release_lease(const std::string& owner,
                                                     core::number_no number) {
  if (auto s = db_->ensure(); !s)
    return s;
  return db_->execute("numbers_release_lease", std::move(params{}.text(owner).integer(number)));
}

core::status number_store_on_postgres::release_leases(const std::string& owner) {
  if (auto s = db_->ensure(); !s)
    return s;
  if (auto s = db_->execute("numbers_release_leases", std::move(params{}.text(owner))); !s)
    return s;
  return db_->execute("numbers_end_sign", std::move(params{}.text(owner)));
}

core::result<ports::node_view> number_store_on_postgres::show(const ports::node_sign& sign) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  params p;
  p.text(sign.owner).text(sign.host).text(sign.version).int4_array(sign.numbers);
  p.integer(sign.duration.count());
  if (auto s = db_->execute("numbers_show", std::move(p)); !s)
    return s.error();
  auto living = db_->call("numbers_living_nodes");
  if (!living)
    return living.error();
  auto places = db_->call("numbers_places");
  if (!places)
    return places.error();
  ports::node_view view;
  for (const auto row : each(*living)) {
    if (view.nodes.empty() || view.nodes.back().id != row.text("id"))
      view.nodes.push_back({row.string("id"), {}});
    if (!row.is_null("number_no"))
      view.nodes.back().numbers.push_back(row.id<core::number_no>("number_no"));
  }
  for (const auto row : each(*places))
    view.numbers.push_back(
        {row.id<core::number_no>("no"), row.real("messages_per_second"), row.string("holder")});
  return view;
}

core::result<ports::obeyed_number>
number_store_on_postgres::order(const ports::number_command& command) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  params p;
  p.text(command.phone_number_id).integer(command.organization).boolean(command.pause);
  p.text(command.pause ? core::to_json(command.reason) : "");
  auto r = db_->call("numbers_order", std::move(p));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found,
                       "There is no such business number; see the list of numbers."};
  const row_reader row{*r};
  return ports::obeyed_number{row.id<core::number_no>("no"), row.integer("order_no")};
}

core::status
number_store_on_postgres::set_stopped_reason(core::number_no number,
                                             const std::optional<core::sentence>& reason) {
  if (auto s = db_->ensure(); !s)
    return s;
  return db_->execute("numbers_set_stopped_reason",
                      params{}.integer(number).text(reason ? core::to_json(*reason) : ""));
}

core::result<std::unique_ptr<number_store_on_postgres>>
open_number_store(connection_options options) {
  options.application_name = "stentor leases";
  options.statement_timeout = std::chrono::seconds{5};
  options.lock_timeout = std::chrono::seconds{3};
  options.idle_in_transaction = frozen_after;
  auto db = connection::open(std::move(options));
  if (!db)
    return db.error();
  return std::make_unique<number_store_on_postgres>(std::make_shared<connection>(std::move(*db)));
}

} // namespace stentor::postgres
