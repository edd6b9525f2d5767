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

/// Decimals of a currency (ISO 4217): 2 of most, 0 of JPY, 3 of KWD.
[[nodiscard]] int decimals_of(std::string_view currency) noexcept;

/// An amount as people write it, rounded to the currency's decimals, which are left out of a whole
/// one: "₹45,00,000", "$12.50", "CHF 12.50". Thousands have commas, rupees lakhs and crores.
[[nodiscard]] std::string money_text(std::int64_t micros, std::string_view currency);

} // namespace stentor::core
