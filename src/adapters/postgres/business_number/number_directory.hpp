#pragma once
/// ports::number_directory on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/business_number/number_directory.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive the directory
[[nodiscard]] std::unique_ptr<ports::number_directory> make_number_directory(query_pool& pool);

} // namespace stentor::postgres
