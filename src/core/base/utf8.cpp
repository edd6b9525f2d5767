#include "stentor/core/base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace stentor::core {

namespace {

/// Eight bytes at once: none has its top bit set, none is NUL.
bool plain_ascii(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  constexpr std::uint64_t tops = 0x8080808080808080U;
  return (word & tops) == 0 && ((word - 0x0101010101010101U) & tops) == 0;
}

/// Bytes of the character at the beginning, 0 when there is none or it is NUL.
std::size_t text_length(std::string_view text) noexcept {
  return text.front() == '\0' ? 0 : utf8_length(text);
}

} // namespace

bool is_utf8_text(std::string_view text) noexcept {
  while (!text.empty()) {
    if (text.size() >= 8 && plain_ascii(text.data())) {
      text.remove_prefix(8);
      continue;
    }
    const auto length = text_length(text);
    if (length == 0)
      return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view utf8_text_of(std::string_view text, std::string& storage) {
  if (is_utf8_text(text)) // nearly always
    return text;
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  storage.clear();
  while (!text.empty()) {
    const auto length = text_length(text);
    storage.append(length == 0 ? replacement : text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return storage;
}

void append_utf8(std::string& to, char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
    c = 0xFFFD;
  const auto tail = [&](unsigned shift) {
    to += static_cast<char>(0x80U | ((c >> shift) & 0x3FU));
  };
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xC0U | (c >> 6U));
    tail(0);
  } else if (c < 0x10000) {
    to += static_cast<char>(0xE0U | (c >> 12U));
    tail(6);
    tail(0);
  } else {
    to += static_cast<char>(0xF0U | (c >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

} // namespace stentor::core
