#pragma once
/// The engine's settings. Values; immutable once the engine runs.

#include "stentor/core/delivery/error_policy.hpp"
#include "stentor/ports/business_number/number_store.hpp"
#include "stentor/ports/delivery/projection.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace stentor::actors {

/// Defaults are the configuration's; src/app fills them in.
struct engine_settings {
  std::string organization = "default";
  std::string owner;   ///< names this process in leases: <id of the state folder>#<start>
  std::string host;    ///< for people who look at the list of nodes
  std::string version; ///< likewise
  std::vector<ports::number> numbers; ///< as configured at the start; context.numbers has today's
  std::size_t senders = 1; ///< actors that carry the numbers; never more than there are numbers
  std::chrono::milliseconds lease_duration{15'000};
  std::chrono::milliseconds longest_request{30'000}; ///< to Meta
  std::chrono::milliseconds commit_linger{10};
  std::chrono::milliseconds webhook_linger{5};
  std::chrono::milliseconds progress_interval{20}; ///< a slice: what one progress mark covers
  std::chrono::milliseconds chunk_duration{
      250}; ///< how much of a number's sending one claim covers
  std::int32_t chunk_rows_max = 5'000;
  std::size_t commit_rows_max = 20'000; ///< a commit starts at once when this much waits
  std::chrono::milliseconds schedule_interval{250};
  std::chrono::milliseconds projection_interval{1'000};
  std::chrono::milliseconds in_doubt_wait{600'000};
  std::chrono::milliseconds template_sync_interval{
      900'000}; ///< of templates and numbers; 0: only at the start, and templates on demand
  std::chrono::milliseconds retry_patience{
      30'000}; ///< a claimed retry that waits for so long goes back, to be read again
  std::chrono::milliseconds drain_patience{30'000};
  std::int64_t fold_events_max = 50'000;
  std::size_t ledger_queue_max =
      400'000; ///< events waiting for a commit; above it webhooks are answered 503
  ports::retention_terms retention{};
  core::retry_policy retry; ///< delays; retries_max and enabled come from the campaign
};

} // namespace stentor::actors
