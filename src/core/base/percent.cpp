#include "stentor/core/base/percent.hpp"

#include "stentor/core/base/hex.hpp"

namespace stentor::core {

namespace {

bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

} // namespace

std::string percent_encode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c))
      out += c;
    else
      out += {'%', hex_digits_upper[byte >> 4U], hex_digits_upper[byte & 0xFU]};
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text, plus_sign plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      unsigned char byte = 0;
      if (!read_hex(text.substr(i + 1, 2), {&byte, 1}))
        return std::nullopt;
      c = static_cast<char>(byte);
      i += 2;
    } else if (c == '+' && plus == plus_sign::space) {
      c = ' ';
    }
    out.push_back(c);
  }
  return out;
}

} // namespace stentor::core
