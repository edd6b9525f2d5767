#pragma once
/// ports::attribute_store on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/contact/attribute_store.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive the store
[[nodiscard]] std::unique_ptr<ports::attribute_store> make_attribute_store(query_pool& pool);

} // namespace stentor::postgres
