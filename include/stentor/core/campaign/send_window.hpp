#pragma once
/// Send windows: when a campaign may send.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/campaign/campaign.hpp"

#include <chrono>

namespace stentor::core {

/// A time zone's offset from UTC at a moment; the IANA database is an adapter's business
/// (ports/time_zones.hpp).
struct zone_offset {
  std::chrono::seconds offset{0};
  wall_time valid_until{}; ///< the offset's end (change to or from summer time)
};

struct window_state {
  bool open = true;
  wall_time changes_at{}; ///< when to look again: the window's next edge, or the offset's end if
                          ///< that is earlier
};

[[nodiscard]] window_state window_at(const send_window& window, wall_time now,
                                     const zone_offset& zone);

} // namespace stentor::core
