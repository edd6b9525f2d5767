#pragma once
/// Where in the ledger a recipient's events lie, and whether those that were found are all. Pure;
/// any thread.

#include "stentor/core/delivery/delivery.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace stentor::core {

/// From a moment to another one, Unix milliseconds.
struct time_span {
  static constexpr std::int64_t forever = 253'402'300'799'000; ///< the end of the year 9999

  std::int64_t from_ms = 0, to_ms = 0;

  bool operator==(const time_span&) const = default;
};

/// When the events of this row were probably committed: around its own times, ascending and apart.
[[nodiscard]] std::vector<time_span> commit_times(const delivery& row);

/// Whether the row needs nothing beyond these events: they fold to all that it says, and tell of
/// each of its attempts.
[[nodiscard]] bool explained_by(const delivery& row, std::span<const delivery_event> events);

/// What the row itself tells of events that are not among these: their kinds and times.
[[nodiscard]] std::vector<delivery_event> told_by_row(const delivery& row,
                                                      std::span<const delivery_event> events);

} // namespace stentor::core
