#pragma once
/// Amounts of money as integers. Rates, budgets and the values of events are counted in micros:
/// millionths of a currency's major unit. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::core {

inline constexpr std::int64_t micros_per_unit = 1'000'000;

/// A decimal number such as "45000", "-12.5" or "4.5e4", exactly. None when it is no number, has
/// more than six decimals, or is beyond 9,000,000,000,000 major units.
[[nodiscard]] std::optional<std::int64_t> micros_from(std::string_view decimal);

/// Three capital letters, as ISO 4217 has them.
[[nodiscard]] bool is_currency(std::string_view text) noexcept;

} // namespace stentor::core
