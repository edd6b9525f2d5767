#pragma once
/// ports::job_store on PostgreSQL.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/system/job_store.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive the store
[[nodiscard]] std::unique_ptr<ports::job_store> make_job_store(query_pool& pool);

} // namespace stentor::postgres
