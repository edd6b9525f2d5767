#pragma once
/// Text in UTF-8 (RFC 3629; the Unicode standard, table 3-7). Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace stentor::core {

/// True for a byte that continues a character.
[[nodiscard]] constexpr bool is_utf8_continuation(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Bytes of the well-formed character at the beginning of `text`; 0 when there is none. NUL is a
/// character.
[[nodiscard]] constexpr std::size_t utf8_length(std::string_view text) noexcept {
  if (text.empty())
    return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto tail = [&](std::size_t i) { return i < text.size() && is_utf8_continuation(text[i]); };
  const auto first = byte(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF)
    return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second =
        tail(1) && !(first == 0xE0 && byte(1) < 0xA0) && !(first == 0xED && byte(1) > 0x9F);
    return second && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second =
        tail(1) && !(first == 0xF0 && byte(1) < 0x90) && !(first == 0xF4 && byte(1) > 0x8F);
    return second && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

/// Well-formed UTF-8 without NUL: what PostgreSQL and JSON take as text.
[[nodiscard]] bool is_utf8_text(std::string_view text) noexcept;

/// The same text with U+FFFD in place of each NUL and of each byte that belongs to no character.
/// `storage` holds the result when it differs.
[[nodiscard]] std::string_view utf8_text_of(std::string_view text, std::string& storage);

/// The longest beginning of at most `most` bytes that does not end inside a character.
[[nodiscard]] constexpr std::string_view utf8_prefix(std::string_view text,
                                                     std::size_t most) noexcept {
  if (text.size() <= most)
    return text;
  while (most > 0 && is_utf8_continuation(text[most]))
    --most;
  return text.substr(0, most);
}

/// Appends a character; what is none is U+FFFD.
void append_utf8(std::string& to, char32_t c);

} // namespace stentor::core
