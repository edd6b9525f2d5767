#pragma once
/// A template compiled into fixed pieces and variables. Immutable after compilation; any thread.

#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/message_template/slot_filter.hpp"
#include "stentor/ports/message_template/template_previewer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::meta {

enum class op_kind : std::uint8_t {
  literal,   ///< text as it is (already JSON)
  variable,  ///< the recipient's value, filtered and escaped; its default when it has none
  media_key, ///< `"link":"` or `"id":"`, by the look of the variable's value
  media,     ///< Meta's id of media of ours, whose own id is the text; another for each number
};

struct op {
  op_kind kind = op_kind::literal;
  std::uint16_t variable = 0; ///< index into message_program::variables
  std::uint16_t filters = 0;  ///< index into message_program::filters; 0: none
  bool has_default = false;
  std::string text; ///< literal, or the escaped default
};

/// A slot of the template, and what fills it.
struct slot_program {
  core::template_slot slot;
  std::vector<op> ops; ///< empty: it is left out
};

/// What stands between the address and the callback data.
struct message_program {
  std::vector<op> ops;
  std::vector<std::string> variables; ///< every variable that the ops use
  std::vector<std::string> required;  ///< those that have no default somewhere
  std::vector<std::vector<core::slot_filter>> filters = {{}}; ///< the first one is empty
  std::vector<slot_program> slots;                            ///< in the template's order
  std::vector<std::string> media;                             ///< of ours, that the ops use
  std::vector<ports::slot_problem> problems; ///< with the texts; then the ops are of no use
};

/// Errors say which part of the template can't be sent.
[[nodiscard]] core::result<message_program> analyse_program(const ports::template_text& what);

/// Errors say besides which part of templateVariables does not fit, and what the template has.
[[nodiscard]] core::result<message_program> compile_program(const ports::template_text& what);

/// Appends text as the inside of a JSON string. Control characters become spaces: Meta refuses line
/// breaks and tabs in template parameters.
inline void append_escaped(std::string& to, std::string_view text) {
  core::append_json_escaped<core::control_characters::spaces>(to, text);
}

} // namespace stentor::meta
