#pragma once
/// A campaign's start by the clock of each recipient's place: "2026-12-01T10:00", everywhere at its
/// own ten o'clock. Pure; any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/campaign/quiet_hours.hpp"
#include "stentor/core/campaign/recurrence.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stentor::core {

/// What becomes of places where that time is past when the campaign is launched. Stored as text
/// under the same names.
enum class past_places : std::uint8_t { next_day, send, skip };

[[nodiscard]] std::string_view to_string(past_places p) noexcept;
[[nodiscard]] std::optional<past_places> past_places_from(std::string_view text) noexcept;

/// What a clock on the wall shows.
struct local_time {
  local_day day;
  std::int32_t minute = 0; ///< since midnight, 0..1439

  friend bool operator==(const local_time&, const local_time&) = default;
};

/// "2026-12-01T10:00"; none when it is anything else, or no day that exists.
[[nodiscard]] std::optional<local_time> local_time_from(std::string_view text) noexcept;
[[nodiscard]] std::string to_text(const local_time& time);

struct place_start {
  wall_time at{};       ///< in the past: at once
  bool skipped = false; ///< nobody there gets it
};

/// When it begins in a place: once all of its clocks show the time, or one that says more; a time
/// that a change to summer time leaves out is the first moment after it.
/// @param zones of the place, at least one
[[nodiscard]] place_start start_in(std::span<const std::string> zones, const local_time& time,
                                   past_places past, wall_time now, const zone_lookup& offset_of);

/// No clock on earth shows it before this.
[[nodiscard]] wall_time earliest_start(const local_time& time) noexcept;

} // namespace stentor::core
