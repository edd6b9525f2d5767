#pragma once
/// Lengths of time as people write them: "90s", "30m", "24h", "7d". Pure; any thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::core {

/// A whole number and one unit; none for anything else, and beyond 100 years.
[[nodiscard]] std::optional<std::chrono::seconds> duration_from(std::string_view text) noexcept;
/// In the largest unit that leaves nothing over: "36h", "7d".
[[nodiscard]] std::string duration_text(std::chrono::seconds duration);

} // namespace stentor::core
