/// Spans of the day by interval arithmetic in local time. Pure; any thread.
#include "stentor/core/campaign/daily_span.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

using std::chrono::days;
using std::chrono::minutes;

/// A week and a day: after that every pattern of weekdays has come once.
constexpr int days_ahead = 8;

} // namespace

bool is_among(const std::vector<std::uint8_t>& iso_days, std::chrono::sys_days day) {
  if (iso_days.empty())
    return true;
  const auto iso = std::chrono::weekday{day}.iso_encoding();
  return std::find(iso_days.begin(), iso_days.end(), static_cast<std::uint8_t>(iso)) !=
         iso_days.end();
}

window_state span_at(daily_span span, const std::function<bool(std::chrono::sys_days)>& begins_on,
                     wall_time now, const zone_offset& zone) {
  const wall_time local = now + zone.offset;
  const auto today = std::chrono::floor<days>(local);
  const bool all_day = span.from_minute == span.until_minute;
  const bool over_midnight = span.from_minute > span.until_minute;

  bool open = false;
  wall_time edge =
      today + days{days_ahead + 1}; // local; nothing opens before then, or it never closes
  for (int ahead = -1; ahead <= days_ahead; ++ahead) {
    const auto day = today + days{ahead};
    if (!begins_on(day))
      continue;
    const wall_time from = day + minutes{all_day ? 0 : span.from_minute};
    const wall_time until =
        day + minutes{all_day ? 0 : span.until_minute} + days{all_day || over_midnight ? 1 : 0};
    if (until <= local)
      continue;
    if (from > local && !open) { // the next one opens later
      edge = from;
      break;
    }
    if (open && from > edge) // a gap: the one that holds now ends at `edge`
      break;
    open = true; // holds now, or follows without a gap
    edge = until;
  }

  window_state state{open, edge - zone.offset};
  if (zone.valid_until > now)
    state.changes_at = std::min(state.changes_at, zone.valid_until);
  return state;
}

} // namespace stentor::core
