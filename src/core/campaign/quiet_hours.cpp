/// Windows and quiet hours of one place. Pure; any thread.
#include "stentor/core/campaign/quiet_hours.hpp"

#include "stentor/core/campaign/daily_span.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

constexpr std::chrono::days looked_ahead{9};

} // namespace

window_state quiet_at(const quiet_span& span, wall_time now, const zone_offset& zone) {
  const auto begins_on = [&](std::chrono::sys_days day) {
    if (!span.dates.empty()) {
      const std::chrono::year_month_day date{day};
      return std::find(span.dates.begin(), span.dates.end(), date.month() / date.day()) !=
             span.dates.end();
    }
    return is_among(span.days, day);
  };
  return span_at({span.from_minute, span.until_minute}, begins_on, now, zone);
}

opening open_at(const std::optional<send_window>& window, std::span<const quiet_span> quiet,
                std::span<const std::string> zones, wall_time now, const zone_lookup& offset_of) {
  opening all;
  const auto join = [&](const window_state& state, bool closes, limit by) {
    all.changes_at = std::min(all.changes_at, state.changes_at);
    if (closes)
      all.closed_by = std::min(all.closed_by, by);
  };
  const bool of_the_recipient = window && window->time_zone == recipient_zone;
  if (window && !of_the_recipient) {
    const auto state = window_at(*window, now, offset_of(window->time_zone, now));
    join(state, !state.open, limit::window);
  }
  if (!of_the_recipient && quiet.empty())
    return all;
  for (const auto& name : zones) {
    const auto zone = offset_of(name, now);
    if (of_the_recipient) {
      const auto state = window_at(*window, now, zone);
      join(state, !state.open, limit::window);
    }
    for (const auto& span : quiet) {
      const auto state = quiet_at(span, now, zone);
      join(state, state.open, limit::quiet_hours);
    }
  }
  return all;
}

bool have_open_hours(const std::optional<send_window>& window, std::span<const quiet_span> quiet,
                     std::span<const std::string> zones, wall_time now,
                     const zone_lookup& offset_of) {
  for (auto at = now; at < now + looked_ahead;) {
    const auto state = open_at(window, quiet, zones, at, offset_of);
    if (state.is_open())
      return true;
    at = state.changes_at;
  }
  return false;
}

} // namespace stentor::core
