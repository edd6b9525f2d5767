#include "stentor/core/contact/cell_outline.hpp"

#include "stentor/core/base/characters.hpp"

namespace stentor::core {

namespace {

char outline_of(char32_t c) noexcept {
  if (const int digit = decimal_digit(c); digit >= 0)
    return static_cast<char>('0' + digit);
  if (is_white_space(c))
    return ' ';
  if (c > 0xFF00 && c < 0xFF5F) // full width
    c -= 0xFEE0;
  if (c == U'-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE58 || c == 0xFE63)
    return '-';
  if (c == 0x2018 || c == 0x2019 || c == 0x201A || c == 0x201C || c == 0x201D || c == 0x201E ||
      c == 0xAB || c == 0xBB || c == 0xB4 || c == 0x2BC || c == U'"' || c == U'`')
    return '\'';
  if (c == 0xFE62)
    return '+';
  if (c == 0x66B || c == 0x66C) // Arabic marks of decimals and thousands
    return ',';
  if (c == U'#' || c == U'_' || c == U'?' || c == 0x2026 || c == 0x2022 || c == 0xB7 ||
      c == 0x25CF || c == 0x25A0 || c == 0x2588 || c == 0x2217 || c == 0x2B1B || c == 0x26AB)
    return cell_outline::mask;
  if (c == U'x' || c == U'X' || c == 0xD7 || c == 0x445 || c == 0x425)
    return cell_outline::letter_x;
  if (c == U'e' || c == U'E')
    return cell_outline::exponent;
  if (c < 0x80) {
    constexpr std::string_view kept = "+-.,()/'=:*";
    const auto ascii = static_cast<char>(c);
    const bool latin = (ascii >= 'a' && ascii <= 'z') || (ascii >= 'A' && ascii <= 'Z');
    return latin                                        ? cell_outline::letter
           : kept.find(ascii) != std::string_view::npos ? ascii
                                                        : cell_outline::symbol;
  }
  return cell_outline::letter;
}

} // namespace

cell_outline::cell_outline(std::string_view cell) noexcept {
  cell = cell.substr(0, cell_max);
  while (!cell.empty()) {
    const auto c = first_character(cell);
    cell.remove_prefix(c.bytes);
    const bool selects_a_look = c.code >= 0xFE00 && c.code <= 0xFE0F;
    if (is_invisible(c.code) || selects_a_look)
      continue;
    const char o = outline_of(c.code);
    if (o != ' ' || (size_ > 0 && text_[size_ - 1] != ' '))
      text_[size_++] = o;
  }
}

} // namespace stentor::core
