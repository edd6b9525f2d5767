#pragma once
/// How much waits in the database, of all organizations, for metrics. Thread-safe; blocks.

#include "adapters/postgres/client/query_pool.hpp"

#include <cstdint>

namespace stentor::postgres {

struct backlog {
  std::int64_t in_doubt = 0; ///< without those held
  std::int64_t held = 0;
  std::int64_t retries_waiting = 0;
  std::int64_t oldest_due_retry_ms = 0; ///< how long it has been due; 0: none is
};

[[nodiscard]] core::result<backlog> read_backlog(query_pool& pool);

} // namespace stentor::postgres
