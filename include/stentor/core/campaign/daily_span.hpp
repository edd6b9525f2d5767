#pragma once
/// Spans of local time that repeat by the day: what send windows and quiet hours share. Pure; any
/// thread.

#include "stentor/core/campaign/send_window.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace stentor::core {

/// Minutes since local midnight; equal: all day; from > until: over midnight.
struct daily_span {
  std::int32_t from_minute = 0;
  std::int32_t until_minute = 0;
};

/// @param begins_on whether the span begins on this local day
/// @return open: the span holds now
[[nodiscard]] window_state span_at(daily_span span,
                                   const std::function<bool(std::chrono::sys_days)>& begins_on,
                                   wall_time now, const zone_offset& zone);

/// Whether a day is one of these; every day is when none are named.
[[nodiscard]] bool is_among(const std::vector<std::uint8_t>& iso_days, std::chrono::sys_days day);

} // namespace stentor::core
