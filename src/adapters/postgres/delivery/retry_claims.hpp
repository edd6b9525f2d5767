#pragma once
/// Claims on retries that are due. Inside a transaction of the given connection.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/delivery/claim_orders.hpp"

#include <vector>

namespace stentor::postgres {

/// The oldest first; those that name a number go there, the others to whoever has room, in turn.
[[nodiscard]] core::result<std::vector<core::claimed_chunk>>
claim_due_retries(connection& db, core::campaign_no campaign,
                  const std::vector<valid_order>& orders, const ports::claim_scope& scope,
                  core::wall_time now);

} // namespace stentor::postgres
