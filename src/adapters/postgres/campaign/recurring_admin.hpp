#pragma once
/// ports::recurring_admin on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/recurring_admin.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>

namespace stentor::postgres {

/// @param queries and zones must outlive it
[[nodiscard]] std::unique_ptr<ports::recurring_admin>
make_recurring_admin(query_pool& queries, const ports::time_zones& zones);

} // namespace stentor::postgres
