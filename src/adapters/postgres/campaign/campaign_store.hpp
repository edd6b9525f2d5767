#pragma once
/// ports::campaign_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/delivery/balance.hpp"
#include "stentor/ports/campaign/campaign_store.hpp"

#include <memory>

namespace stentor::postgres {

class campaign_store_on_postgres final : public ports::campaign_store {
public:
  explicit campaign_store_on_postgres(std::shared_ptr<connection> db) : db_{std::move(db)} {}

  core::result<std::vector<core::campaign>> runnable(core::wall_time now) override;
  core::status command(core::campaign_no campaign, core::campaign_command what,
                       const std::optional<core::sentence>& reason,
                       const std::optional<ports::audit_entry>& audit,
                       core::pause_kind kind) override;
  core::result<bool> end(core::campaign_no campaign, core::campaign_status to) override;
  core::result<core::plan_terms> plan_terms_of(core::campaign_no campaign) override;
  core::result<std::vector<core::campaign_no>> using_template(const std::string& waba_id,
                                                              const std::string& name,
                                                              const std::string& language) override;
  core::result<ports::retry_terms> retry_terms_of(core::campaign_no campaign,
                                                  core::wall_time now) override;

private:
  std::shared_ptr<connection> db_;
};

/// How every recipient is explained, when the campaign is in state `as`; scans its deliveries.
[[nodiscard]] core::result<core::campaign_balance>
load_balance(connection& db, core::campaign_no campaign, core::campaign_status as);

} // namespace stentor::postgres
