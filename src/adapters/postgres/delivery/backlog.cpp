#include "adapters/postgres/delivery/backlog.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <utility>

namespace stentor::postgres {

core::result<backlog> read_backlog(query_pool& pool) {
  auto r = pool.ask("backlog_read");
  if (!r)
    return r.error();
  const row_reader row{*r};
  auto limited = pool.ask("backlog_tiers");
  if (!limited)
    return limited.error();
  std::vector<used_tier> tiers;
  for (const auto tier : each(*limited))
    tiers.push_back({.portfolio = tier.string("portfolio"),
                     .used = tier.integer("used"),
                     .limit = tier.integer("unique_limit")});
  return backlog{.in_doubt = row.integer("in_doubt"),
                 .held = row.integer("held"),
                 .retries_waiting = row.integer("retries_waiting"),
                 .oldest_due_retry_ms = row.integer("oldest_due_ms"),
                 .tiers = std::move(tiers)};
}

} // namespace stentor::postgres
