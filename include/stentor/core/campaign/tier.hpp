#pragma once
/// Meta's messaging limit as the planner sees it: how many people its portfolio may still write to,
/// and when others stop counting. Pure; one thread.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stentor::core {

struct tier_terms {
  struct group {
    wall_time until{}; ///< they count until then
    std::int64_t people = 0;
  };

  std::int64_t may_use = 0; ///< people within the period; what is left unused is taken off
  std::chrono::milliseconds period{std::chrono::hours{25}}; ///< how long a person counts
  std::vector<group> used;                                  ///< in the order of time
  wall_time closed_until{}; ///< until then nobody goes, whoever counts
};

/// The ledger of a messaging limit while time goes on.
class tier_ledger {
public:
  tier_ledger() = default;
  explicit tier_ledger(tier_terms terms);

  /// @param now never earlier than at the call before
  [[nodiscard]] std::int64_t free_at(wall_time now);
  /// When more may go than at the last look.
  [[nodiscard]] wall_time changes_at() const noexcept;
  /// So many were written to, evenly over this time.
  void take(std::int64_t people, wall_time from, wall_time until);

private:
  tier_terms terms_;
  std::size_t first_ = 0; ///< of `used`, who counts
  std::int64_t used_ = 0;
  wall_time looked_at_{};
};

} // namespace stentor::core
