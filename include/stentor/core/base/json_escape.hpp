#pragma once
/// Strings in JSON text (RFC 8259, section 7), for the places where a whole JSON library would cost
/// too much: a message's body, a row of an import. Inline for the same reason. Pure; any thread.

#include "stentor/core/base/hex.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::core {

/// What becomes of the characters below U+0020, which JSON does not take as they are.
enum class control_characters : std::uint8_t {
  escaped, ///< \u0009
  spaces,  ///< one space each
};

/// Appends valid UTF-8 as the inside of a JSON string. Runs without special characters go over in
/// one piece.
template <control_characters Controls = control_characters::escaped>
void append_json_escaped(std::string& to, std::string_view text) {
  std::size_t clean = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\')
      continue;
    to.append(text, clean, i - clean);
    clean = i + 1;
    if (c >= 0x20) {
      to.push_back('\\');
      to.push_back(text[i]);
    } else if constexpr (Controls == control_characters::spaces) {
      to.push_back(' ');
    } else {
      to.append("\\u00");
      to.append(hex_pairs[c].data(), 2);
    }
  }
  to.append(text, clean, std::string_view::npos);
}

/// The same between quotes.
inline void append_json_string(std::string& to, std::string_view text) {
  to.push_back('"');
  append_json_escaped(to, text);
  to.push_back('"');
}

} // namespace stentor::core
