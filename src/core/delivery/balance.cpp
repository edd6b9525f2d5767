#include "stentor/core/delivery/balance.hpp"

#include <utility>

namespace stentor::core {

namespace {

/// Where a state is counted; nullptr: it explains nothing yet.
std::int64_t* place_of(campaign_balance& b, std::string_view state) noexcept {
  if (state == "sent" || state == "delivered" || state == "read" || state == "responded")
    return &b.sent;
  if (state == "failed")
    return &b.failed;
  if (state == "opted_out")
    return &b.opted_out;
  if (state == "expired")
    return &b.expired;
  if (state == "cancelled")
    return &b.cancelled;
  if (state == "held")
    return &b.held;
  if (state == "retracted")
    return &b.retracted;
  if (state == "in_doubt")
    return &b.in_doubt;
  return nullptr;
}

} // namespace

campaign_balance balance_of(std::int64_t total, std::int64_t screened,
                            std::span<const state_count> deliveries, untouched rest) noexcept {
  campaign_balance b;
  b.total = total;
  b.screened = screened;
  b.pending = total - screened;
  for (const auto& [state, count] : deliveries)
    if (auto* const place = place_of(b, state)) {
      *place += count;
      b.pending -= count;
    }
  if (rest == untouched::pending || b.pending < 0)
    return b;
  // Nothing is written for those whose turn never came.
  (rest == untouched::expired ? b.expired : b.cancelled) += std::exchange(b.pending, 0);
  return b;
}

} // namespace stentor::core
