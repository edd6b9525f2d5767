#pragma once
/// What keeps a campaign from sending more than it does. Shown to people by these names.

#include <cstdint>
#include <string_view>

namespace stentor::core {

/// In the order in which one is named where several hold: the earlier one.
enum class limit : std::uint8_t {
  start,    ///< its time has not come
  freezing, ///< its list is being drawn
  approval, ///< somebody has to agree first
  paused,   ///< by a person or by the daemon
  missed,   ///< its time came while nobody could start it
  stage,    ///< a test or a canary goes first
  window,   ///< its send window
  quiet_hours,
  opens_at, ///< these people's own time has not come
  spread,   ///< it is spread over a time
  rate,     ///< its own rate
  numbers,  ///< what its numbers may send together
  tier,     ///< Meta's messaging limit of the portfolio
  warm_up,
  pacing, ///< Meta looks at the template first
  quality,
  budget,
  replies,
  retries, ///< only later tries are left
  disk,
  deadline, ///< expiresAt
  none = 255
};

/// In the API's spelling: quiet_hours; "none" for none.
[[nodiscard]] std::string_view to_string(limit l) noexcept;

} // namespace stentor::core
