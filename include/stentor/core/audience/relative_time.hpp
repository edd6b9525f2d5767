#pragma once
/// Times that people write relative to now, "now-30d" or "now/d", and spans, "30d". What a zone's
/// clock shows is an argument, so nothing here knows a time zone database. Pure; any thread.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace stentor::core {

enum class time_unit : std::uint8_t { second, minute, hour, day, week, month, year };

/// Days and what is longer are counted on the calendar: "1d" back is the same time of the day
/// before, through 23 or 25 hours.
struct calendar_span {
  std::int32_t amount = 0; ///< may be negative
  time_unit unit = time_unit::second;

  friend bool operator==(const calendar_span&, const calendar_span&) = default;
};

struct relative_time {
  calendar_span moved;
  std::optional<time_unit> rounded_down;

  friend bool operator==(const relative_time&, const relative_time&) = default;
};

/// "30d", of s m h d w M y; at most 1,000 years. None when the text is something else.
[[nodiscard]] std::optional<calendar_span> calendar_span_from(std::string_view text) noexcept;
/// "now", "now-30d", "now+7d/d", "now/M". None when the text is something else.
[[nodiscard]] std::optional<relative_time> relative_time_from(std::string_view text) noexcept;

/// The clock on the wall of a zone.
struct zone_clock {
  wall_time now{};
  std::function<std::chrono::seconds(wall_time)> offset; ///< from UTC at a moment
};

/// When the zone's clock shows this; the first time if it comes twice, the first moment after the
/// gap if it never does.
[[nodiscard]] wall_time moment_of(std::chrono::local_time<std::chrono::milliseconds> shown,
                                  const zone_clock& clock);
/// The day that the zone's calendar shows.
[[nodiscard]] std::chrono::year_month_day day_of(wall_time at, const zone_clock& clock);
[[nodiscard]] wall_time moved_by(wall_time from, calendar_span by, const zone_clock& clock);
[[nodiscard]] wall_time resolved(const relative_time& when, const zone_clock& clock);

} // namespace stentor::core
