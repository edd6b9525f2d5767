#pragma once
/// Letters of protocols and keys, where only ASCII counts and no locale may speak. Pure; any
/// thread.

namespace stentor::core {

[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace stentor::core
