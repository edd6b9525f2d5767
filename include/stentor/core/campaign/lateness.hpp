#pragma once
/// What becomes of a campaign's time when nobody was there to start it: how late it may still
/// start, and what happens beyond. Pure; any thread.

#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/recurrence.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::core {

/// Of a time that was missed by more than the lateness. Stored as text under the same names.
enum class on_missed : std::uint8_t {
  pause,      ///< once: wait for a person
  send,       ///< once: start all the same
  skip,       ///< once: cancel it; recurring: leave the run out
  run_latest, ///< recurring: of all that were missed, the latest runs
};

/// Of a run whose time comes while the one before still runs. Stored as text.
enum class run_overlap : std::uint8_t { skip, allow };

[[nodiscard]] std::string_view to_string(on_missed m) noexcept;
[[nodiscard]] std::optional<on_missed> on_missed_from(std::string_view text) noexcept;
[[nodiscard]] std::string_view to_string(run_overlap o) noexcept;
[[nodiscard]] std::optional<run_overlap> run_overlap_from(std::string_view text) noexcept;

inline constexpr std::chrono::seconds lateness_least{60};
inline constexpr std::chrono::seconds lateness_most{30 * 86'400};

[[nodiscard]] bool fits(on_missed what, campaign_kind kind) noexcept;

/// What a recurring campaign does at a moment.
struct due_run {
  std::optional<wall_time> run;  ///< to be made now
  std::optional<wall_time> next; ///< when to look again; none: the rule has ended
  /// The first and the last of those that nobody made in time and nobody makes any more.
  std::optional<wall_time> missed_from, missed_until;
};

/// @param next the run that is to come, or was to come
/// At most one run is made at a time; when more are due, `next` lies in the past. Costs the same
/// however many were missed.
[[nodiscard]] due_run due_run_of(const recurrence& rule, wall_time next, wall_time now,
                                 std::chrono::seconds lateness, on_missed policy,
                                 const zone_offsets& zone);

} // namespace stentor::core
