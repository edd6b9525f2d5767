#pragma once
/// How much waits in the database, of all organizations, for metrics. Thread-safe; blocks.

#include "adapters/postgres/client/query_pool.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stentor::postgres {

/// Meta's messaging limit of a portfolio that has one.
struct used_tier {
  std::string portfolio; ///< Meta's id, or the organization's name where all its numbers are one
  std::int64_t used = 0; ///< people
  std::int64_t limit = 0;
};

struct backlog {
  std::int64_t in_doubt = 0; ///< without those held
  std::int64_t held = 0;
  std::int64_t retries_waiting = 0;
  std::int64_t oldest_due_retry_ms = 0; ///< how long it has been due; 0: none is
  std::vector<used_tier> tiers;
};

[[nodiscard]] core::result<backlog> read_backlog(query_pool& pool);

} // namespace stentor::postgres
