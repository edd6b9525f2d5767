#include "adapters/postgres/delivery/backlog.hpp"

#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

core::result<backlog> read_backlog(query_pool& pool) {
  auto r = pool.ask("backlog_read");
  if (!r)
    return r.error();
  const row_reader row{*r};
  return backlog{.in_doubt = row.integer("in_doubt"),
                 .held = row.integer("held"),
                 .retries_waiting = row.integer("retries_waiting"),
                 .oldest_due_retry_ms = row.integer("oldest_due_ms")};
}

} // namespace stentor::postgres
