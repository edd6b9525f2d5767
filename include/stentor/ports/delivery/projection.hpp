#pragma once
/// The ledger's way into rows and counters. Used from one thread; every call blocks.

#include "stentor/core/base/result.hpp"

#include <chrono>
#include <cstdint>

namespace stentor::ports {

struct fold_report {
  std::int64_t events = 0; ///< folded with this call
  std::int64_t rows = 0;   ///< delivery rows touched
  bool caught_up = true;   ///< nothing committed before this call is left
  bool leads = true;       ///< false: another daemon folds the ledger of this database
  std::int64_t lag_ms = 0; ///< age of the oldest event that is not yet folded
};

/// How long what is over is kept.
struct retention_terms {
  std::chrono::milliseconds ledger = std::chrono::hours{30 * 24};
  std::chrono::milliseconds queues = std::chrono::hours{40 * 24};
};

struct trim_report {
  std::int64_t batches = 0; ///< of the ledger
  std::int64_t rows = 0;    ///< retries and jobs that are done, webhooks that were only kept, …
  bool more = false;        ///< another call finds more
};

class projection {
public:
  virtual ~projection() = default;
  /// Folds up to about `events_max` events, with the counters and its own position, in one
  /// transaction.
  [[nodiscard]] virtual core::result<fold_report> fold(std::int64_t events_max) = 0;
  /// Deletes a piece of what is older than the terms: what is folded, of the ledger; retries that
  /// are done, of campaigns that are over and wait for nothing. Nothing goes while another daemon
  /// folds.
  [[nodiscard]] virtual core::result<trim_report> trim(const retention_terms& terms) = 0;
};

} // namespace stentor::ports
