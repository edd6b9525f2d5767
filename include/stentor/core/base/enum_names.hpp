#pragma once
/// Enumerations whose values are named by a list, the first value by the first name. Pure; any
/// thread.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace stentor::core {

/// "unknown" for a value behind the list.
template <class Enum, std::size_t Size>
[[nodiscard]] std::string_view name_in(const std::array<std::string_view, Size>& names,
                                       Enum value) noexcept {
  const auto at = static_cast<std::size_t>(value);
  return at < Size ? names[at] : std::string_view{"unknown"};
}

template <class Enum, std::size_t Size>
[[nodiscard]] std::optional<Enum> value_in(const std::array<std::string_view, Size>& names,
                                           std::string_view name) noexcept {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end())
    return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

} // namespace stentor::core
