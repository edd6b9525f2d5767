#pragma once
/// Word keys by ICU's collation: the same data by which the world's software sorts and searches.

#include "stentor/ports/contact/word_keys.hpp"

#include <memory>

namespace stentor::text {

/// Throws std::runtime_error when ICU's data are not there.
[[nodiscard]] std::unique_ptr<ports::word_keys> make_word_keys();

} // namespace stentor::text
