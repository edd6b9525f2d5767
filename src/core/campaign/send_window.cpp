/// Send windows as spans of the day. Pure; any thread.
#include "stentor/core/campaign/send_window.hpp"

#include "stentor/core/campaign/daily_span.hpp"

namespace stentor::core {

window_state window_at(const send_window& window, wall_time now, const zone_offset& zone) {
  return span_at(
      {window.from_minute, window.until_minute},
      [&](std::chrono::sys_days day) { return is_among(window.days, day); }, now, zone);
}

} // namespace stentor::core
