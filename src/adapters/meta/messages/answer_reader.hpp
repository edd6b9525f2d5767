#pragma once
/// Reads Meta's answers to POST …/messages. One object per thread; it never throws.

#include "stentor/ports/delivery/answer_reader.hpp"

#include <memory>

namespace stentor::meta {

/// An answer that is not Meta's has the code core::local_code::answer_unreadable and a text for
/// people; with a 2xx, too, which without a message's id proves nothing: it is in doubt.
[[nodiscard]] std::unique_ptr<ports::answer_reader> make_answer_reader();

} // namespace stentor::meta
