#include "stentor/core/base/printable.hpp"

#include "stentor/core/base/utf8.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace stentor::core {

namespace {

struct code_point {
  std::uint32_t code = 0;
  std::size_t length = 0; ///< in bytes; 0: the byte belongs to none
};

code_point first_of(std::string_view text) noexcept {
  const auto length = utf8_length(text);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (length <= 1)
    return {byte(0), length};
  std::uint32_t code = byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i)
    code = code << 6U | (byte(i) & 0x3FU);
  return {code, length};
}

bool is_control(const code_point& c, bool lines) noexcept {
  if (c.length == 0)
    return true;
  if (lines && (c.code == '\n' || c.code == '\r' || c.code == '\t'))
    return false;
  return c.code < 0x20 || (c.code >= 0x7F && c.code <= 0x9F) || c.code == 0x61C ||
         c.code == 0x200E || c.code == 0x200F || (c.code >= 0x2028 && c.code <= 0x202E) ||
         (c.code >= 0x2066 && c.code <= 0x2069);
}

template <class Escape>
std::string escaped(std::string_view text, bool lines, const Escape& escape) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto c = first_of(text);
    const auto length = c.length == 0 ? 1 : c.length;
    if (is_control(c, lines))
      out += escape(c);
    else
      out += text.substr(0, length);
    text.remove_prefix(length);
  }
  return out;
}

std::string formatted(const char* format, std::uint32_t code) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, code);
  return text.data();
}

} // namespace

bool has_control(std::string_view text, bool lines) noexcept {
  while (!text.empty()) {
    const auto c = first_of(text);
    if (is_control(c, lines))
      return true;
    text.remove_prefix(c.length);
  }
  return false;
}

std::string printable(std::string_view text, bool lines) {
  return escaped(text, lines, [](const code_point& c) {
    return formatted(c.length > 1 && c.code > 0xFF ? "\\u{%04x}" : "\\x%02x", c.code);
  });
}

std::string printable_json(std::string_view json) {
  return escaped(json, true, [](const code_point& c) {
    return c.length == 0 ? std::string{"\xEF\xBF\xBD"} : formatted("\\u%04x", c.code);
  });
}

} // namespace stentor::core
