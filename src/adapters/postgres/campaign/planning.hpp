#pragma once
/// ports::campaign_planning on PostgreSQL.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/campaign_planning.hpp"

#include <memory>

namespace stentor::postgres {

[[nodiscard]] std::unique_ptr<ports::campaign_planning> make_campaign_planning(query_pool& queries);

} // namespace stentor::postgres
