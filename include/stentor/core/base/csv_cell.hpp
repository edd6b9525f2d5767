#pragma once
/// Cells that a spreadsheet would take for formulas. A name or a reply that strangers wrote must
/// not compute anything on the machine of whoever opens an export, so such cells carry an
/// apostrophe, and an import takes it away. The same rule is SQL in
/// postgres/audience/partition.sql; a test holds the two together. Pure; any thread.

#include <string_view>

namespace stentor::core {

/// It begins like a formula (= + - @, tab, carriage return; apostrophes before that are looked
/// through) and is neither a number nor an E.164 phone number.
[[nodiscard]] bool is_like_formula(std::string_view cell) noexcept;

/// Without the apostrophe that makes a text of what would be a formula.
[[nodiscard]] std::string_view without_guard(std::string_view cell) noexcept;

} // namespace stentor::core
