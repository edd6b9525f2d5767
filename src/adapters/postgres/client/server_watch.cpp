#include "adapters/postgres/client/server_watch.hpp"

#include <utility>

namespace stentor::postgres {

core::status server_watch::saw(const std::string& cluster, std::uint32_t timeline) {
  const std::lock_guard lock{mutex_};
  const bool first = cluster_.empty();
  if (!first && cluster != cluster_)
    return core::error{core::errc::unavailable,
                       "this PostgreSQL is another database cluster than the one of before; "
                       "restart stentor if that is meant"};
  if (timeline < timeline_)
    return core::error{core::errc::unavailable,
                       "this PostgreSQL writes on timeline " + std::to_string(timeline) + ", but " +
                           std::to_string(timeline_) +
                           " has been seen: it is an old primary; lead database.url to the new "
                           "one, or end this server"};
  cluster_ = cluster;
  if (timeline > std::exchange(timeline_, timeline) && !first && on_failover_)
    on_failover_(timeline);
  return core::ok{};
}

} // namespace stentor::postgres
