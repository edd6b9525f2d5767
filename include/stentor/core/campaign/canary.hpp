#pragma once
/// A campaign's canary: so many of its people go first, chosen by chance, and the rest goes when
/// gates have judged what became of them. The same gates stop a campaign that runs. Pure; any
/// thread.

#include "stentor/core/base/sentence.hpp"
#include "stentor/core/delivery/gate.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace stentor::core {

/// When the gates are sure neither way.
enum class on_unsure : std::uint8_t { ask, open };

[[nodiscard]] std::string_view to_string(on_unsure what) noexcept;

/// What an organization lays down for canaries that don't say it themselves.
struct canary_rules {
  std::uint32_t people = 1'000;
  std::chrono::milliseconds settle{30 * 60'000};
  double failed_percent = 10, opted_out_percent = 2, capped_percent = 40; ///< at most
  /// Pre-flight proposes one to campaigns for more people than this.
  std::uint32_t proposed_above = 20'000;

  [[nodiscard]] std::vector<gate> gates() const;
  friend bool operator==(const canary_rules&, const canary_rules&) = default;
};

/// What a campaign wants. What is absent is as the rules say.
struct canary_options {
  std::optional<std::int64_t> people;
  std::optional<std::chrono::seconds> settle;
  std::optional<std::vector<gate>> gates;
  core::on_unsure on_unsure = core::on_unsure::ask;

  friend bool operator==(const canary_options&, const canary_options&) = default;
};

/// How many of its people go first; 0: it wants no canary.
[[nodiscard]] std::int64_t people_first(const std::optional<canary_options>& wanted,
                                        const canary_rules& rules) noexcept;

namespace canary_limits {

inline constexpr std::int64_t people_most = 1'000'000;
inline constexpr std::chrono::seconds settle_least{1};
inline constexpr std::chrono::seconds settle_most{7 * 24 * 3'600};

} // namespace canary_limits

/// Stored as text under the same names.
enum class canary_state : std::uint8_t {
  waiting, ///< its people go, or settle
  open,    ///< the rest may go: the gates or a person let it
  stopped, ///< a gate failed
  unsure,  ///< a person is asked
};

[[nodiscard]] std::string_view to_string(canary_state s) noexcept;
[[nodiscard]] std::optional<canary_state> canary_state_from(std::string_view text) noexcept;

/// For people: why it was decided so. @param opens of a decision that asks: it opens all the same
[[nodiscard]] sentence why(const canary_decision& decision, bool opens = false);
/// The same of a campaign that a gate stops.
[[nodiscard]] sentence why_stopped(const gate_reading& by);

} // namespace stentor::core
