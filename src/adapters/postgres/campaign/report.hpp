#pragma once
/// ports::campaign_report on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/campaign_report.hpp"

#include <memory>

namespace stentor::postgres {

/// @param queries must outlive it
[[nodiscard]] std::unique_ptr<ports::campaign_report> make_campaign_report(query_pool& queries);

} // namespace stentor::postgres
