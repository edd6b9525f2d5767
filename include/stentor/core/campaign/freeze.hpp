#pragma once
/// How long before its start the list of a campaign is drawn, so that its first message leaves on
/// time. Pure; any thread.

#include <chrono>
#include <cstdint>

namespace stentor::core {

/// So many people a second are drawn at least, on the smallest machine that is meant.
inline constexpr std::int64_t people_drawn_per_second = 25'000;
inline constexpr std::chrono::seconds freeze_lead_least{60};
inline constexpr std::chrono::seconds freeze_lead_most{3'600};

/// So many steps it takes, for who looks on.
inline constexpr std::int64_t freeze_steps = 8;

[[nodiscard]] std::chrono::seconds freeze_lead(std::int64_t people) noexcept;

} // namespace stentor::core
