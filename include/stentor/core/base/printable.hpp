#pragma once
/// Text from strangers on its way to a terminal or a log: what would move the cursor, clear the
/// screen, begin a line or turn the writing round is shown and not done. Pure; any thread.

#include <string>
#include <string_view>

namespace stentor::core {

/// Whether the text holds a control character: C0, DEL, C1, a line or paragraph separator, or one
/// that changes the direction of writing (UAX #9). Bytes that are no UTF-8 count as well.
/// @param lines whether line breaks and tabs are none
[[nodiscard]] bool has_control(std::string_view text, bool lines = false) noexcept;

/// The same text with \xNN or \u{NNNN} in place of each of them.
[[nodiscard]] std::string printable(std::string_view text, bool lines = false);

/// The same for a JSON text, in JSON's own spelling: its strings keep their value.
[[nodiscard]] std::string printable_json(std::string_view json);

} // namespace stentor::core
