#pragma once
/// How a list that is about to be sent to is divided into parts: the people of one place stand
/// together, so that the planner can open and close them. Inside a transaction that holds the list.

#include "adapters/postgres/audience/partition.hpp"
#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace stentor::postgres {

/// What the parts of a list depend on.
struct list_division {
  bool by_place = false; ///< hours hold in each recipient's own time zone
  /// When the people of a place may be written to first; none: with the campaign.
  std::function<std::optional<core::wall_time>(std::int32_t place)> opens_at;
  /// Places in the order in which their people stand on the list.
  std::function<void(std::vector<std::int32_t>& places)> order;
};

/// The list, screened already, gets its parts. One whose people are all in one place, or for which
/// it doesn't matter, keeps its order and has one part; otherwise it is written anew, the screened
/// ones last. Recipients have another seq, and so another id, afterwards.
[[nodiscard]] core::status divide_list(connection& db, const locked_campaign& c,
                                       const list_division& how);

} // namespace stentor::postgres
