#include "stentor/core/base/encoding.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace stentor::core {

std::string what_is_no_csv(std::string_view start) {
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
    return "The file is in UTF-16.";
  if (start.starts_with("PK\x03\x04"))
    return "The file is an Excel workbook or a ZIP archive, not a CSV file.";
  const auto zeros = static_cast<std::size_t>(std::count(start.begin(), start.end(), '\0'));
  if (zeros == 0) {
    const auto controls =
        static_cast<std::size_t>(std::count_if(start.begin(), start.end(), [](char c) {
          const auto u = static_cast<unsigned char>(c);
          return u < 0x20 && u != '\t' && u != '\n' && u != '\r';
        }));
    return controls * 20 > start.size() ? "The file is not text." : "";
  }
  // Latin letters in UTF-16 have a zero byte each.
  return zeros * 3 >= start.size() && zeros * 3 <= start.size() * 2
             ? "The file seems to be in UTF-16."
             : "The file is not text: it holds NUL bytes.";
}

bool is_ascii(std::string_view text) noexcept {
  // Eight bytes at a time: every line of a list passes here.
  constexpr std::uint64_t beyond = 0x8080808080808080U;
  std::uint64_t bits = 0;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    bits |= word;
  }
  for (; at < text.size(); ++at)
    bits |= static_cast<unsigned char>(text[at]);
  return (bits & beyond) == 0;
}

bool reads_as_windows_1252(std::string_view text) noexcept {
  constexpr std::string_view unused{"\x81\x8D\x8F\x90\x9D\0", 6};
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_letter = [&](std::size_t i) {
    const auto u = byte(i);
    return u >= 0xC0 || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z');
  };
  bool makes_sense = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (unused.find(text[i]) != std::string_view::npos)
      return false;
    const bool sign = byte(i) >= 0x80 && byte(i) < 0xC0;
    const bool among_letters = is_letter(i + 1) || (i > 0 && is_letter(i - 1));
    makes_sense = makes_sense || sign || (byte(i) >= 0xC0 && among_letters);
  }
  return makes_sense;
}

} // namespace stentor::core
