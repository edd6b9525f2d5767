#pragma once
/// ports::dispatch_store on PostgreSQL. Used from one thread; every call blocks. Its session also
/// is a writer of the ledger, for the events that recovery, policies and replies make.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/delivery/ledger.hpp"
#include "stentor/ports/delivery/dispatch_store.hpp"

#include <map>
#include <memory>

namespace stentor::postgres {

class dispatch_store final : public ports::dispatch_store {
public:
  [[nodiscard]] static core::result<std::unique_ptr<dispatch_store>>
  open(connection_options options);

  // dispatch_store.cpp
  core::result<std::vector<ports::number>>
  save_numbers(const std::vector<ports::number>& configured,
               const std::string& organization_name) override;
  core::result<std::vector<ports::lease>> hold_leases(const std::string& owner,
                                                      const std::vector<core::number_no>& numbers,
                                                      std::chrono::milliseconds duration) override;
  core::status release_leases(const std::string& owner) override;
  core::status save_templates(core::organization_no organization, const std::string& waba_id,
                              const std::string& json) override;
  core::status set_template_status(const std::string& waba_id, const std::string& name,
                                   const std::string& language, const std::string& status) override;
  core::result<std::vector<core::campaign_no>>
  campaigns_of_template(const std::string& name, const std::string& language) override;

  // dispatch_campaigns.cpp
  core::result<std::vector<core::campaign>> runnable(core::wall_time now) override;
  core::result<core::campaign> load(core::campaign_no campaign) override;
  core::status set_status(core::campaign_no campaign, core::campaign_status to,
                          const std::string& reason) override;
  core::result<bool> may_be_over(core::campaign_no campaign) override;
  /// How every recipient is explained; scans the campaign's deliveries.
  [[nodiscard]] core::result<ports::campaign_balance> balance(core::campaign_no campaign);
  core::result<bool> finish(core::campaign_no campaign, core::campaign_status to) override;

  // dispatch_claims.cpp
  core::result<ports::claim_result> claim(core::campaign_no campaign,
                                          const std::vector<ports::claim_order>& orders) override;
  core::result<std::vector<core::claimed_chunk>>
  claim_retries(core::campaign_no campaign, const std::vector<ports::claim_order>& orders,
                core::wall_time now) override;
  core::result<ports::retry_agenda> retries(core::wall_time now) override;

  // dispatch_recovery.cpp, dispatch_replies.cpp
  core::result<ports::recovery_report> recover(const std::vector<ports::lease>& leases,
                                               std::int64_t now_ms) override;
  core::result<std::int64_t> settle_doubts(core::wall_time now,
                                           std::chrono::milliseconds wait) override;
  core::result<std::int64_t> attribute_replies(std::int64_t limit) override;
  [[nodiscard]] core::result<std::int64_t> replies_left();

  [[nodiscard]] connection& session() noexcept { return db_; }

private:
  struct locked_campaign {
    core::campaign_status status = core::campaign_status::draft;
    core::recipient_seq next_seq = 1;
    core::recipient_seq total = 0;
    std::int64_t screened = 0;
    std::int64_t organization = 0;
    bool marketing = true;
    std::optional<std::string> since;
  };
  struct range;
  struct claim_part; ///< a range for one order
  struct run_of_claims;

  explicit dispatch_store(connection&& db) : db_{std::move(db)} {}
  [[nodiscard]] core::result<transaction> begin();
  [[nodiscard]] core::status done(std::string_view query, params arguments);
  [[nodiscard]] core::result<locked_campaign> lock(core::campaign_no campaign,
                                                   const char* query = "dispatch_lock_campaign");
  [[nodiscard]] core::result<std::vector<core::campaign>> campaigns(core::campaign_no only,
                                                                    core::wall_time now);
  [[nodiscard]] core::status change_status(core::campaign_no campaign, core::campaign_status to,
                                           const std::string& reason);
  [[nodiscard]] core::result<ports::campaign_balance>
  balance_as(core::campaign_no campaign, const locked_campaign& c, core::campaign_status as);
  /// Orders whose lease still carries their epoch, with its owner; the numbers of the others go to
  /// `fenced`.
  [[nodiscard]] core::result<std::vector<std::pair<ports::claim_order, std::string>>>
  valid_orders(const std::vector<ports::claim_order>& orders, std::vector<core::number_no>& fenced);
  [[nodiscard]] core::result<bool>
  serve_leftover(run_of_claims& run, const ports::claim_order& order, const std::string& owner);
  [[nodiscard]] core::status serve_from_cursor(run_of_claims& run);
  [[nodiscard]] core::status read_parts(run_of_claims& run, const std::vector<claim_part>& parts,
                                        const char* query);
  [[nodiscard]] core::result<std::vector<std::int64_t>>
  add_claims(core::campaign_no campaign, const std::vector<claim_part>& parts, bool free);
  [[nodiscard]] core::status append_and_commit(transaction& t, const core::event_batch& events);

  connection db_;
  ledger_cursor cursor_;
  int prepared_backend_ = 0;
};

} // namespace stentor::postgres
