#pragma once
/// Characters of Unicode as far as lists, numbers and texts need them: what is blank, what nobody
/// sees, what is a digit in any script. Pure; any thread.

#include <cstddef>
#include <string_view>

namespace stentor::core {

struct character {
  char32_t code = 0;
  std::size_t bytes = 0; ///< 0 at the end of the text
};

/// The character at the beginning of `text`. A byte that belongs to none is U+FFFD and one byte
/// long.
[[nodiscard]] character first_character(std::string_view text) noexcept;

/// White space of any kind: Unicode's property White_Space, and the control characters, which show
/// nothing either.
[[nodiscard]] bool is_white_space(char32_t c) noexcept;

/// Takes no place on a screen: marks of writing direction, zero-width marks, byte order marks, soft
/// hyphens. Joiners are among them, though emoji and Indic words need them.
[[nodiscard]] bool is_invisible(char32_t c) noexcept;

/// 0 to 9 for a decimal digit of any script (Unicode's category Nd), -1 otherwise.
[[nodiscard]] int decimal_digit(char32_t c) noexcept;

} // namespace stentor::core
