#pragma once
/// What bytes are that should be a text in UTF-8 and are not. Guesses, for the sentences of a
/// refusal. Pure; any thread.

#include <string>
#include <string_view>

namespace stentor::core {

/// A sentence when the beginning of a file tells that it is no CSV: UTF-16, a workbook, no text at
/// all. Empty when it may be one.
[[nodiscard]] std::string what_is_no_csv(std::string_view start);

[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

/// Whether bytes that are not valid UTF-8 make sense in Windows-1252 or one of its kin: letters
/// stand beside letters, or there are signs such as a dash.
[[nodiscard]] bool reads_as_windows_1252(std::string_view text) noexcept;

} // namespace stentor::core
