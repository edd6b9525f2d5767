#pragma once
/// Integers as PostgreSQL's binary formats have them: big-endian, in two's complement. Any thread.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace stentor::postgres {

/// Writes sizeof(T) bytes. The loop has a constant length, so compilers make one swap of it.
template <class T>
void put_big_endian(char* to, T value) noexcept {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    to[i] =
        static_cast<char>(static_cast<std::make_unsigned_t<T>>(value) >> (8 * (sizeof(T) - 1 - i)));
}

/// Reads sizeof(T) bytes.
template <class T>
[[nodiscard]] T get_big_endian(const char* from) noexcept {
  std::make_unsigned_t<T> value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<std::make_unsigned_t<T>>(value << 8U | static_cast<unsigned char>(from[i]));
  return static_cast<T>(value);
}

/// A signed integer of 2, 4 or 8 bytes, the lengths that the types have; 0 of any other length.
[[nodiscard]] inline std::int64_t get_integer(std::string_view bytes) noexcept {
  switch (bytes.size()) {
  case 2:
    return get_big_endian<std::int16_t>(bytes.data());
  case 4:
    return get_big_endian<std::int32_t>(bytes.data());
  case 8:
    return get_big_endian<std::int64_t>(bytes.data());
  default:
    return 0;
  }
}

} // namespace stentor::postgres
