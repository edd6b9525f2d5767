#pragma once
/// ports::campaign_admin on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/campaign_admin.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>

namespace stentor::postgres {

/// @param queries and zones must outlive it
[[nodiscard]] std::unique_ptr<ports::campaign_admin>
make_campaign_admin(query_pool& queries, const ports::time_zones& zones);

} // namespace stentor::postgres
