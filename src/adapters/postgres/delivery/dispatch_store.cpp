#include "adapters/postgres/delivery/dispatch_store.hpp"

#include <algorithm>

namespace stentor::postgres {

core::result<std::unique_ptr<dispatch_store>> dispatch_store::open(connection_options options) {
  options.application_name = "stentor dispatch";
  auto db = connection::open(std::move(options));
  if (!db)
    return db.problem();
  std::unique_ptr<dispatch_store> store{new dispatch_store{std::move(*db)}};
  if (auto s = store->db_.prepare_all(); !s)
    return s.problem();
  return store;
}

core::result<transaction> dispatch_store::begin() {
  if (auto s = cursor_.ensure(db_); !s)
    return s.problem();
  if (prepared_backend_ != db_.backend_pid()) {
    if (auto s = db_.run("SET plan_cache_mode=force_custom_plan"); !s)
      return s.problem();
    prepared_backend_ = db_.backend_pid();
  }
  return transaction::begin(db_);
}

core::status dispatch_store::done(std::string_view query, params arguments) {
  if (auto r = db_.call(query, std::move(arguments)); !r)
    return r.problem();
  return core::done{};
}

core::result<std::vector<ports::number>>
dispatch_store::save_numbers(const std::vector<ports::number>& configured,
                             const std::string& organization_name) {
  auto t = begin();
  if (!t)
    return t.problem();
  auto organization = db_.call("dispatch_organization", params{}.text(organization_name));
  if (!organization)
    return organization.problem();
  auto saved = configured;
  std::vector<std::string> names;
  for (auto& n : saved) {
    n.organization = static_cast<core::organization_no>(organization->integer(0, 0));
    names.push_back(n.phone_number_id);
    params p;
    p.integer(n.organization)
        .text(n.phone_number_id)
        .text(n.waba_id)
        .real(n.per_second)
        .boolean(n.active);
    auto r = db_.call("dispatch_number", std::move(p));
    if (!r)
      return r.problem();
    n.no = static_cast<core::number_no>(r->integer(0, 0));
  }
  params retire;
  retire.integer(organization->integer(0, 0)).text_array(names);
  if (auto s = done("dispatch_retire_numbers", std::move(retire)); !s)
    return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  return saved;
}

core::result<std::vector<ports::lease>>
dispatch_store::hold_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                            std::chrono::milliseconds duration) {
  if (auto s = db_.ensure(); !s)
    return s.problem();
  params p;
  p.text(owner).int4_array(numbers).integer(duration.count());
  auto r = db_.call("dispatch_hold_leases", std::move(p));
  if (!r)
    return r.problem();
  std::vector<ports::lease> held;
  for (int i = 0; i < r->size(); ++i)
    held.push_back({.number = static_cast<core::number_no>(r->integer(i, 0)),
                    .epoch = static_cast<core::lease_epoch>(r->integer(i, 1)),
                    .fresh = r->boolean(i, 2)});
  return held;
}

core::status dispatch_store::release_leases(const std::string& owner) {
  if (auto s = db_.ensure(); !s)
    return s;
  return done("dispatch_release_leases", params{}.text(owner));
}

core::status dispatch_store::save_templates(core::organization_no organization,
                                            const std::string& waba_id, const std::string& json) {
  if (auto s = db_.ensure(); !s)
    return s;
  return done("dispatch_templates", params{}.integer(organization).text(waba_id).text(json));
}

core::status dispatch_store::set_template_status(const std::string& waba_id,
                                                 const std::string& name,
                                                 const std::string& language,
                                                 const std::string& status) {
  if (auto s = db_.ensure(); !s)
    return s;
  return done("dispatch_template_status",
              params{}.text(waba_id).text(name).text(language).text(status));
}

core::result<std::vector<core::campaign_no>>
dispatch_store::campaigns_of_template(const std::string& name, const std::string& language) {
  if (auto s = db_.ensure(); !s)
    return s.problem();
  auto r = db_.call("dispatch_campaigns_of_template", params{}.text(name).text(language));
  if (!r)
    return r.problem();
  std::vector<core::campaign_no> found;
  for (int i = 0; i < r->size(); ++i)
    found.push_back(static_cast<core::campaign_no>(r->integer(i, 0)));
  return found;
}

} // namespace stentor::postgres
