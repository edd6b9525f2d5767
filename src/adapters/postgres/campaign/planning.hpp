#pragma once
/// ports::campaign_planning on PostgreSQL.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/campaign_planning.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>

namespace stentor::postgres {

/// @param zones must outlive it
[[nodiscard]] std::unique_ptr<ports::campaign_planning>
make_campaign_planning(query_pool& queries, const ports::time_zones& zones);

} // namespace stentor::postgres
