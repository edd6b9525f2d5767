#pragma once
/// Capital and small letters that are one letter to a reader, by a table of our own (simple case
/// mappings of the Unicode Character Database for Latin, Greek, Cyrillic and Armenian), so that no
/// locale of a database or machine has a say. Pure; any thread.

namespace stentor::core {

/// The small letter of a capital one; anything else as it is.
[[nodiscard]] char32_t small_letter(char32_t c) noexcept;
/// The other way round.
[[nodiscard]] char32_t capital_letter(char32_t c) noexcept;

} // namespace stentor::core
