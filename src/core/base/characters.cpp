#include "stentor/core/base/characters.hpp"

#include "stentor/core/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace stentor::core {

namespace {

constexpr char32_t replacement = 0xFFFD;

/// Where the ten digits of a script begin (Unicode 14, category Nd).
constexpr std::array digit_zeros{
    char32_t{0x30},    char32_t{0x660},   char32_t{0x6F0},   char32_t{0x7C0},   char32_t{0x966},
    char32_t{0x9E6},   char32_t{0xA66},   char32_t{0xAE6},   char32_t{0xB66},   char32_t{0xBE6},
    char32_t{0xC66},   char32_t{0xCE6},   char32_t{0xD66},   char32_t{0xDE6},   char32_t{0xE50},
    char32_t{0xED0},   char32_t{0xF20},   char32_t{0x1040},  char32_t{0x1090},  char32_t{0x17E0},
    char32_t{0x1810},  char32_t{0x1946},  char32_t{0x19D0},  char32_t{0x1A80},  char32_t{0x1A90},
    char32_t{0x1B50},  char32_t{0x1BB0},  char32_t{0x1C40},  char32_t{0x1C50},  char32_t{0xA620},
    char32_t{0xA8D0},  char32_t{0xA900},  char32_t{0xA9D0},  char32_t{0xA9F0},  char32_t{0xAA50},
    char32_t{0xABF0},  char32_t{0xFF10},  char32_t{0x104A0}, char32_t{0x10D30}, char32_t{0x11066},
    char32_t{0x110F0}, char32_t{0x11136}, char32_t{0x111D0}, char32_t{0x112F0}, char32_t{0x11450},
    char32_t{0x114D0}, char32_t{0x11650}, char32_t{0x116C0}, char32_t{0x11730}, char32_t{0x118E0},
    char32_t{0x11950}, char32_t{0x11C50}, char32_t{0x11D50}, char32_t{0x11DA0}, char32_t{0x16A60},
    char32_t{0x16AC0}, char32_t{0x16B50}, char32_t{0x1D7CE}, char32_t{0x1D7D8}, char32_t{0x1D7E2},
    char32_t{0x1D7EC}, char32_t{0x1D7F6}, char32_t{0x1E140}, char32_t{0x1E2F0}, char32_t{0x1E950},
    char32_t{0x1FBF0}};

} // namespace

character first_character(std::string_view text) noexcept {
  const auto bytes = utf8_length(text);
  if (bytes == 0)
    return text.empty() ? character{} : character{replacement, 1};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (bytes == 1)
    return {byte(0), 1};
  char32_t code = byte(0) & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i)
    code = code << 6U | (byte(i) & 0x3FU);
  return {code, bytes};
}

bool is_white_space(char32_t c) noexcept {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_invisible(char32_t c) noexcept {
  return c == 0xAD || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         c == 0x2800 || c == 0x3164 || c == 0xFFA0;
}

int decimal_digit(char32_t c) noexcept {
  const auto above = std::upper_bound(digit_zeros.begin(), digit_zeros.end(), c);
  if (above == digit_zeros.begin())
    return -1;
  const auto value = c - *std::prev(above);
  return value < 10 ? static_cast<int>(value) : -1;
}

} // namespace stentor::core
