#include "stentor/core/delivery/pacing/template_pacing.hpp"

#include <array>

namespace stentor::core {

namespace {

/// Each holds for so long once Meta has let go; then the whole rate.
constexpr std::chrono::minutes step_time{10};
constexpr std::array<double, 2> shares{0.25, 0.5};

} // namespace

pacing_step pacing_at(const template_pacing& seen, wall_time now) noexcept {
  auto from = seen.let_go_at;
  if (seen.held_since) {
    const auto decided = *seen.held_since + pacing_decided_after;
    if (now < decided)
      return {.share = 0, .changes_at = decided};
    from = decided;
  }
  if (!from)
    return {};
  auto until = *from;
  for (const auto share : shares) {
    until += step_time;
    if (now < until) // also when the clock went back behind it
      return {.share = share, .changes_at = until};
  }
  return {};
}

} // namespace stentor::core
