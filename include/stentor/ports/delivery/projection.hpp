#pragma once
/// The ledger's way into rows and counters. Used from one thread; every call blocks.

#include "stentor/core/base/result.hpp"

#include <cstdint>

namespace stentor::ports {

struct fold_report {
  std::int64_t events = 0; ///< folded with this call
  std::int64_t rows = 0;   ///< delivery rows touched
  bool caught_up = true;   ///< nothing committed before this call is left
  bool leads = true;       ///< false: another daemon folds the ledger of this database
  std::int64_t lag_ms = 0; ///< age of the oldest event that is not yet folded
};

class projection {
public:
  virtual ~projection() = default;
  /// Folds up to about `events_max` events, with the counters and its own position, in one
  /// transaction.
  [[nodiscard]] virtual core::result<fold_report> fold(std::int64_t events_max) = 0;
};

} // namespace stentor::ports
