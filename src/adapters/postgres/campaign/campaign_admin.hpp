#pragma once
/// ports::campaign_admin on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/campaign_admin.hpp"

#include <memory>

namespace stentor::postgres {

/// @param queries must outlive it
[[nodiscard]] std::unique_ptr<ports::campaign_admin> make_campaign_admin(query_pool& queries);

} // namespace stentor::postgres
