#pragma once
/// ports::person_store on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/audience/person_store.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive the store
[[nodiscard]] std::unique_ptr<ports::person_store> make_person_store(query_pool& pool);

} // namespace stentor::postgres
