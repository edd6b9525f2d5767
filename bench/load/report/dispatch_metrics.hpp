#pragma once
/// What the scenario `dispatch` measured, and how it is said. Pure functions.

#include "bench/checker/truth_report.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::load {

/// The daemon's own figures at one moment, by /metrics and /proc.
struct dispatch_sample {
  double at_s = 0; ///< since the campaign's start
  double accepted = 0;
  double statuses = 0;
  double latency_p50_ms = 0; ///< request to answer, of the last seconds
  double latency_p99_ms = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t handles = 0;
};

/// What is known without the simulator's record.
struct foreign_count {
  std::int64_t recipients = 0;          ///< accepted at least once, says the database
  std::int64_t acceptances = 0;         ///< likewise, all of them
  std::optional<std::int64_t> received; ///< messages that came, says the server
  [[nodiscard]] std::int64_t duplicates() const {
    return std::max(acceptances, received.value_or(0)) - recipients;
  }
};

/// What was counted and timed; the figures per message come of it.
struct dispatch_measure {
  std::string scenario = "dispatch";
  std::int64_t recipients = 0;
  std::uint64_t numbers = 0;
  double number_rate = 0; ///< messages per second of one number
  bool tls = true;
  unsigned receipts_per_post = 0; ///< 0: no webhooks
  std::string status;             ///< of the campaign
  double import_s = 0;

  std::int64_t messages = 0;      ///< accepted, says the ledger
  std::int64_t statuses = 0;      ///< receipts that came by webhook
  std::int64_t first_us = 0;      ///< first message, Unix microseconds
  std::int64_t last_us = 0;       ///< commit of the last outcome
  std::int64_t last_event_us = 0; ///< commit of the last outcome or receipt

  std::int64_t daemon_cpu_us = 0; ///< all of these from the start to the last outcome, or receipt
  std::int64_t simulator_cpu_us = 0;
  std::map<std::string, std::int64_t> postgres_cpu_us; ///< by the application name of a backend
  std::int64_t projection_cpu_us = 0;                  ///< until everything is folded
  std::int64_t postgres_total_cpu_us = 0;              ///< likewise
  double projection_behind_s = 0;     ///< from the end of sending until all is folded
  std::int64_t wal_bytes = 0;         ///< until everything is folded
  std::int64_t peak_memory_bytes = 0; ///< of the daemon

  std::int64_t commits = 0;
  std::int64_t events = 0;
  double longest_commit_ms = 0; ///< this and the following: of the worst few seconds
  double latency_p50_ms = 0;
  double latency_p99_ms = 0;
  double permit_to_wire_p99_ms = 0;

  std::vector<dispatch_sample> samples;
  /// The numbers' use of their limits without the first and the last second of each; 0 when it did
  /// not last so long.
  double steady_utilisation = 0;
  double least_utilisation = 0; ///< of the number with the lowest
  std::string server = "simulator";
  std::optional<foreign_count> foreign; ///< only of another server
  std::optional<truth_report> truth;    ///< nothing when the target is not our simulator
};

/// The value of one line of Prometheus's text format; `series` is the name with its labels. 0 when
/// it is missing.
[[nodiscard]] double metric_value(std::string_view text, std::string_view series);
/// The quantile of a histogram since the daemon's start, interpolated within its bucket as
/// Prometheus does. 0 when nothing was counted.
[[nodiscard]] double metric_quantile(std::string_view text, std::string_view histogram,
                                     double share);

/// What sending itself costs PostgreSQL, of its CPU time by name: everything but the projection and
/// the harness's own questions.
[[nodiscard]] std::int64_t hot_path_us(const std::map<std::string, std::int64_t>& by_name);

[[nodiscard]] double messages_per_s(const dispatch_measure& m);
/// Until the last receipt was durable.
[[nodiscard]] double messages_per_s_with_receipts(const dispatch_measure& m);
/// Requests of each number as a share of its limit, without the first and the last second: of all
/// numbers, and of the lowest. 0 when no number sent for longer than three seconds.
struct utilisation {
  double all = 0, least = 0;
};
[[nodiscard]] utilisation steady_utilisation(const ground_truth& facts);
/// True when the campaign completed and nothing was lost, sent twice or too fast.
[[nodiscard]] bool clean(const dispatch_measure& m);
[[nodiscard]] std::string to_text(const dispatch_measure& m);
/// One JSON object on one line.
[[nodiscard]] std::string to_json(const dispatch_measure& m);

} // namespace stentor::load
