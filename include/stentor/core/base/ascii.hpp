#pragma once
/// Letters of protocols and keys, where only ASCII counts and no locale may speak. Pure; any
/// thread.

#include <string_view>

namespace stentor::core {

[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The text without these characters at its ends.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text,
                                                 std::string_view away = " \t\r\n") noexcept {
  const auto first = text.find_first_not_of(away);
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(away) - first + 1);
}

} // namespace stentor::core
