#pragma once
/// Filters of variables in a slot's text: {{name:title}}, {{travelDate:date(%d %B)}}. Pure; any
/// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::core {

/// upper, lower: letters. title: words of one case only begin with a capital, "McCoy" stays. first:
/// the first word. date: a day or moment in another form. money: an amount with its currency.
enum class filter_kind : std::uint8_t { upper, lower, title, first, date, money };

struct slot_filter {
  filter_kind kind = filter_kind::upper;
  std::string argument; ///< of date: %d %e %m %Y %y %B %b %A %a %H %M; of money: INR

  friend bool operator==(const slot_filter&, const slot_filter&) = default;
};

/// "upper, lower, title, first, date, money": for people.
inline constexpr std::string_view filter_names = "upper, lower, title, first, date, money";

[[nodiscard]] std::optional<filter_kind> filter_kind_from(std::string_view name) noexcept;

/// What is wrong with a filter's argument, as the end of a sentence; empty: nothing.
[[nodiscard]] std::string problem_of(const slot_filter& filter);

/// None when the value is nothing that the filter can read: no day, no number. Days are read as
/// "2026-12-24", with a time of day and an offset if it has one; the time stays that of the text.
/// Names of days and months are English.
[[nodiscard]] std::optional<std::string> filtered(const slot_filter& filter,
                                                  std::string_view value);

} // namespace stentor::core
