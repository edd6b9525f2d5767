#pragma once
/// ports::claim_store on PostgreSQL: range_claims, retry_claims and recovery, each in a transaction
/// of its own. Used from one thread; every call blocks.

#include "adapters/postgres/delivery/ledger_session.hpp"
#include "stentor/ports/delivery/claim_store.hpp"

#include <memory>

namespace stentor::postgres {

class claim_store_on_postgres final : public ports::claim_store {
public:
  explicit claim_store_on_postgres(std::shared_ptr<ledger_session> session)
      : session_{std::move(session)} {}

  core::result<ports::recovery_report> recover(const std::vector<ports::lease>& leases,
                                               std::int64_t now_ms,
                                               const ports::flight_recorder& flights) override;
  core::result<ports::claim_result> claim(core::campaign_no campaign,
                                          const std::vector<ports::claim_order>& orders,
                                          const ports::claim_scope& scope) override;
  core::result<std::vector<core::claimed_chunk>>
  claim_retries(core::campaign_no campaign, const std::vector<ports::claim_order>& orders,
                const ports::claim_scope& scope, core::wall_time now) override;

  core::status give_back() override;

private:
  /// What a call took whose commit was not answered.
  struct unheard {
    core::campaign_no campaign{};
    std::vector<core::claim_id> claims; ///< on the list
    std::vector<core::claim_id> retry_claims;
    std::vector<core::recipient_seq> retries;
  };
  core::status free_unheard();
  /// @param chunks what the transaction hands out
  core::status commit(transaction& t, core::campaign_no campaign,
                      const std::vector<core::claimed_chunk>& chunks);

  std::shared_ptr<ledger_session> session_;
  std::vector<unheard> unheard_;
};

/// On a connection of its own.
[[nodiscard]] core::result<std::unique_ptr<ports::claim_store>>
open_claim_store(connection_options options);

} // namespace stentor::postgres
