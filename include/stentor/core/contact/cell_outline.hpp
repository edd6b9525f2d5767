#pragma once
/// A cell in few letters, so that what is written in any script can be taken apart like ASCII: a
/// digit of any script is that digit, all white space is a blank, all quotes are one, and so on;
/// what nobody sees is gone. Pure; any thread.

#include <array>
#include <cstddef>
#include <string_view>

namespace stentor::core {

class cell_outline {
public:
  static constexpr std::size_t cell_max = 250; ///< bytes; libphonenumber's own limit

  // What stands in an outline, beside digits, blanks and + - . , ( ) / ' = :
  static constexpr char letter = 'a';
  static constexpr char exponent = 'e'; ///< a letter too
  static constexpr char letter_x = 'x'; ///< a letter too; people hide digits behind it
  static constexpr char mask = '*';     ///< what stands for a hidden digit
  static constexpr char symbol = '~';

  /// @param cell UTF-8, at most cell_max bytes; what is longer is cut
  explicit cell_outline(std::string_view cell) noexcept;

  /// Blanks are single. Valid as long as this lives.
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }

private:
  std::array<char, cell_max> text_{};
  std::size_t size_ = 0;
};

} // namespace stentor::core
