#pragma once
/// Words by which people stop and resume messages. A text counts only when the word is all there
/// is: case, accents, punctuation and emoji don't matter, but a sentence that merely contains
/// "stop" is not a stop. Pure; any thread.

#include <span>
#include <string>
#include <string_view>

namespace stentor::core {

/// @param extra further words from the configuration, in any spelling
[[nodiscard]] bool is_stop_word(std::string_view text, std::span<const std::string> extra = {});
[[nodiscard]] bool is_start_word(std::string_view text, std::span<const std::string> extra = {});

/// The form in which words are compared: lower case without accents, punctuation and emoji, single
/// spaces. Empty when the text is longer than any stop word can be. Invalid UTF-8 is left out.
[[nodiscard]] std::string folded_word(std::string_view text);

} // namespace stentor::core
