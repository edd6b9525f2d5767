#pragma once
/// FNV-1a of 64 bits: a hash that is the same everywhere and for good. Not for secrets. Pure; any
/// thread.

#include <cstdint>
#include <string_view>

namespace stentor::core {

[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3U;
  }
  return hash;
}

} // namespace stentor::core
