#pragma once
/// The ledger's events of one recipient. Inside a transaction of the given connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/delivery/delivery.hpp"

#include <string>
#include <vector>

namespace stentor::postgres {

/// Texts are views of the answers, which it keeps.
struct recipient_history {
  core::delivery row; ///< as it is stored; nothing of somebody without events
  std::vector<core::delivery_event> events;
  std::vector<std::string> phone_number_ids; ///< of each event; empty where it is unknown
  bool complete = true;                      ///< false: older events are not in the ledger any more
  rows stored, found;
};

/// Looks around the row's own times first, and at the campaign's whole time if that is not all.
[[nodiscard]] core::result<recipient_history>
read_history(connection& db, core::campaign_no campaign, core::recipient_seq seq);

} // namespace stentor::postgres
