#pragma once
/// What the actors count, for /metrics and /readyz. Thread-safe.

#include <atomic>
#include <cstdint>

namespace stentor::actors {

struct engine_counters {
  std::atomic<std::uint64_t> events_committed{0}, commits{0}, webhooks{0}, statuses{0}, inbound{0},
      opt_outs{0}, restarts{0}, in_doubt_recovered{0};
  std::atomic<std::uint64_t> outcomes[6] = {};
  std::atomic<std::int64_t> ledger_queue{0}, projection_lag_ms{0}, longest_commit_us{0};
  std::atomic<std::uint32_t> campaigns_running{0}, numbers_active{0};
  std::atomic<bool> ledger_failing{false}, ready{false};
  std::atomic<bool> folds{false};                   ///< this daemon folds the ledger
  std::atomic<bool> disk_full{false};               ///< nobody new may be claimed
  std::atomic<std::uint32_t> disk_used_permille{0}; ///< of the disk on which this daemon stores
  std::atomic<bool> failed{false};                  ///< the supervisor, for good
  /// Until when this process may send, by context::lease_time in nanoseconds: the last renewal of
  /// leases that PostgreSQL has answered. 0: none was taken yet.
  std::atomic<std::int64_t> leases_until_ns{0};
  std::atomic<std::uint64_t> orders{0};                ///< to campaigns: taken, and ended
  std::atomic<std::int32_t> other_nodes{0};            ///< daemons on this database that are alive
  std::atomic<std::uint32_t> numbers_without_lease{0}; ///< active ones from which nobody sends
  std::atomic<std::uint64_t> media_uploaded{0}, media_failed{0}; ///< tries to upload media
  std::atomic<std::uint32_t> media_awaited{0}; ///< media and numbers that campaigns wait for
};

} // namespace stentor::actors
