#pragma once
/// ports::import_store on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/contact/import_store.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive the store
[[nodiscard]] std::unique_ptr<ports::import_store> make_import_store(query_pool& pool);

} // namespace stentor::postgres
