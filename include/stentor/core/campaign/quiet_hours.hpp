#pragma once
/// When somebody may be written to: the campaign's window and the quiet hours of his country, in
/// every time zone in which he may be. Pure; any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/limit.hpp"
#include "stentor/core/campaign/send_window.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// As a window's time zone: the one of each recipient.
inline constexpr std::string_view recipient_zone = "recipient";

/// A span of local time in which nobody is written to. It repeats on the days named, or on the
/// dates; with neither on every day. from == until: all day; from > until: over midnight, and then
/// it belongs to the day on which it begins.
struct quiet_span {
  std::vector<std::uint8_t> days;            ///< ISO: 1 = Monday … 7 = Sunday
  std::vector<std::chrono::month_day> dates; ///< of every year
  std::int32_t from_minute = 0;              ///< minutes since local midnight, 0..1439
  std::int32_t until_minute = 0;             ///< exclusive, up to 1440

  friend bool operator==(const quiet_span&, const quiet_span&) = default;
};

/// A zone's offset at a moment; a zone that nobody knows is UTC.
using zone_lookup = std::function<zone_offset(std::string_view zone, wall_time at)>;

/// The same for a span.
[[nodiscard]] window_state quiet_at(const quiet_span& span, wall_time now, const zone_offset& zone);

struct opening {
  limit closed_by = limit::none;           ///< window or quiet_hours; none: open
  wall_time changes_at = wall_time::max(); ///< when to look again; max: never

  [[nodiscard]] bool is_open() const noexcept { return closed_by == limit::none; }
};

/// Open when the window holds and no quiet hours do, in all of the zones.
/// @param zones of one place, at least one
[[nodiscard]] opening open_at(const std::optional<send_window>& window,
                              std::span<const quiet_span> quiet, std::span<const std::string> zones,
                              wall_time now, const zone_lookup& offset_of);

/// Whether these zones have an open moment in common within the nine days from `now` on. Where they
/// have none, people of the place are written to by the clock of its main zone.
[[nodiscard]] bool have_open_hours(const std::optional<send_window>& window,
                                   std::span<const quiet_span> quiet,
                                   std::span<const std::string> zones, wall_time now,
                                   const zone_lookup& offset_of);

} // namespace stentor::core
