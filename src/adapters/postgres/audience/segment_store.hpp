#pragma once
/// ports::segment_store on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/audience/segment_store.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>

namespace stentor::postgres {

/// @param cost_max in PostgreSQL's units: what would cost more is counted in a sample
/// @param queries and zones must outlive it
[[nodiscard]] std::unique_ptr<ports::segment_store>
make_segment_store(query_pool& queries, const ports::time_zones& zones, double cost_max);

} // namespace stentor::postgres
