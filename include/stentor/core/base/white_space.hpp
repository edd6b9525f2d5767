#pragma once
/// White space in texts that people wrote into a list and other people read in a message. Pure; any
/// thread.

#include <string>
#include <string_view>

namespace stentor::core {

/// Which ends of a text are ends of what is shown; at the others a single space may stay, because
/// something follows.
enum class text_ends : unsigned char { neither, first, last, both };

/// The text in which every run of white space (line breaks and tabs too) is one space and what
/// nobody sees is gone from its ends. A text of nothing else is empty. `storage` holds the result
/// when it differs from `text`.
[[nodiscard]] std::string_view tidy_white_space(std::string_view text, std::string& storage,
                                                text_ends ends = text_ends::both);

} // namespace stentor::core
