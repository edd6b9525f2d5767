#pragma once
/// How campaigns treat Meta's template pacing: of a marketing template that is new, was stopped or
/// is not well liked, Meta lets some messages through, holds the others back, and decides by what
/// people do, nearly always within an hour (Meta's page "Template pacing"). Whoever goes on sending
/// meanwhile fills what may be dropped. So claims stop until Meta lets go, and then begin slowly.
/// Pure.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace stentor::core {

/// Of a template's latest answers so many are looked at,
constexpr std::int64_t pacing_answers = 200;
/// and when at least one of so many was held back, Meta is pacing it.
constexpr std::int64_t pacing_one_in = 100;
/// Behind this Meta has decided, whether we heard of it or not.
constexpr std::chrono::minutes pacing_decided_after{65};

/// What is known of a template, in all campaigns that use it.
struct template_pacing {
  std::optional<wall_time> held_since; ///< Meta holds its messages back
  std::optional<wall_time> let_go_at;  ///< since when they go through again
};

struct pacing_step {
  double share = 1; ///< of what the numbers may send; 0: nobody is claimed
  wall_time changes_at = wall_time::max();
};

[[nodiscard]] pacing_step pacing_at(const template_pacing& seen, wall_time now) noexcept;

} // namespace stentor::core
