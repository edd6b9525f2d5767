#pragma once
/// ports::access_store on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/access/access_store.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive the store
[[nodiscard]] std::unique_ptr<ports::access_store> make_access_store(query_pool& pool);

} // namespace stentor::postgres
