#pragma once
/// ports::service_windows on PostgreSQL.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/inbox/service_windows.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive what is made
[[nodiscard]] std::unique_ptr<ports::service_windows> make_service_windows(query_pool& pool);

} // namespace stentor::postgres
