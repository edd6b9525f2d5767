#pragma once
/// What a dead owner of a number left open: open claims and claimed retries. Inside a transaction
/// of the given connection.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/delivery/claim_orders.hpp"
#include "stentor/core/delivery/event.hpp"

#include <vector>

namespace stentor::postgres {

struct recovered {
  ports::recovery_report report;
  core::event_batch events; ///< to be appended in the same transaction
};

/// Settles what earlier epochs of these numbers left.
[[nodiscard]] core::result<recovered> recover_numbers(connection& db,
                                                      const std::vector<valid_order>& owners,
                                                      std::int64_t now_ms,
                                                      const ports::flight_recorder& flights);

} // namespace stentor::postgres
