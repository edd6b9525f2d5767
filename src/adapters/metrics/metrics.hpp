#pragma once
/// The figures of a running daemon as Prometheus text, built at scrape time. Thread-safe: it keeps
/// no state.

#include "stentor/ports/delivery/message_gateway.hpp"
#include "stentor/ports/system/engine_control.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stentor::metrics {

/// What the HTTP endpoints count themselves, as plain numbers, because adapters don't know each
/// other.
struct endpoint_metrics {
  std::uint64_t connections = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t connections_refused_total = 0;
  std::uint64_t requests_total = 0;
  std::uint64_t responses_total[6] = {}; ///< by status / 100
  std::uint64_t timeouts_total = 0;
  std::uint64_t malformed_total = 0;
  std::uint64_t webhooks_received_total = 0;
  std::uint64_t webhooks_bad_signature_total = 0;
  std::uint64_t webhooks_unreadable_total = 0;
  std::uint64_t webhooks_refused_total = 0;
  std::uint64_t webhooks_waiting = 0;
};

/// What waits in the database; nothing is told of it while it is away.
struct database_metrics {
  bool up = false;
  std::int64_t in_doubt = 0;
  std::int64_t held = 0;
  std::int64_t retries_waiting = 0;
  double oldest_due_retry_s = 0;
  /// By portfolio: how much of Meta's messaging limit is used; of those that have one.
  std::vector<std::pair<std::string, double>> tier_used_ratio = {};
};

struct snapshot {
  ports::engine_metrics engine;
  ports::gateway_metrics gateway;
  endpoint_metrics endpoint;
  database_metrics database;
  std::string version;
  double uptime_s = 0;
};

/// Prometheus text exposition format 0.0.4: families named stentor_* or, of the process itself,
/// process_*; units in their names, help on each.
[[nodiscard]] std::string to_text(const snapshot& now);

} // namespace stentor::metrics
