#pragma once
/// Which server this process has seen: after a failover an old primary may come back, and whoever
/// wrote to it would write what nobody keeps. Thread-safe.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace stentor::postgres {

class server_watch {
public:
  /// @param on_failover told when a newer timeline is seen than before: a standby was promoted
  explicit server_watch(std::function<void(std::uint32_t timeline)> on_failover = {})
      : on_failover_{std::move(on_failover)} {}

  /// A server said which cluster it is and on which timeline it writes. unavailable when a newer
  /// timeline of the same cluster has been seen, or another cluster.
  [[nodiscard]] core::status saw(const std::string& cluster, std::uint32_t timeline);

private:
  std::function<void(std::uint32_t)> on_failover_;
  std::mutex mutex_;
  std::string cluster_; ///< system identifier; empty: none was seen yet
  std::uint32_t timeline_ = 0;
};

} // namespace stentor::postgres
