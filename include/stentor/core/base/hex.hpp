#pragma once
/// Hexadecimal digits (RFC 4648, section 8): written in lower case, read in either. Inline, because
/// a signature and an authentication code are written for every message. Pure; any thread.

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace stentor::core {

inline constexpr std::string_view hex_digits = "0123456789abcdef";
inline constexpr std::string_view hex_digits_upper = "0123456789ABCDEF"; ///< of percent codes

/// Two digits for each byte.
inline constexpr auto hex_pairs = [] {
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte)
    pairs[byte] = {hex_digits[byte >> 4U], hex_digits[byte & 0xFU]};
  return pairs;
}();

/// Writes two digits for each byte; `to` has room for them.
inline void put_hex(std::span<const unsigned char> bytes, char* to) noexcept {
  for (const auto byte : bytes) {
    std::memcpy(to, hex_pairs[byte].data(), 2);
    to += 2;
  }
}

inline void append_hex(std::string& to, std::span<const unsigned char> bytes) {
  const auto before = to.size();
  to.resize(before + 2 * bytes.size());
  put_hex(bytes, to.data() + before);
}

/// What a digit stands for; -1 when it is none.
[[nodiscard]] constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

/// Reads exactly two digits for each byte of `to`. @return false when `text` is anything else
[[nodiscard]] constexpr bool read_hex(std::string_view text, std::span<unsigned char> to) noexcept {
  if (text.size() != 2 * to.size())
    return false;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    to[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

} // namespace stentor::core
