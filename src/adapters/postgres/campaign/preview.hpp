#pragma once
/// ports::campaign_preview on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/campaign_preview.hpp"
#include "stentor/ports/system/phone_numbers.hpp"

#include <memory>
#include <string>

namespace stentor::postgres {

/// @param queries and phones must outlive it
/// @param region of numbers without country code
[[nodiscard]] std::unique_ptr<ports::campaign_preview>
make_campaign_preview(query_pool& queries, const ports::phone_numbers& phones, std::string region);

} // namespace stentor::postgres
