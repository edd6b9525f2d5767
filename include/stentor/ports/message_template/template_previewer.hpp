#pragma once
/// What a template leaves open, and how its messages look. adapters/meta implements it. Immutable
/// and thread-safe.

#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/message_template/template_slot.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// A template in one language with the texts for its slots.
struct template_text {
  std::string name;
  std::string language;
  std::string components; ///< JSON array as Meta lists it; empty: none
  std::string variables;  ///< JSON object: slot -> text with {{column:filter|default}}; or empty
};

struct slot_problem {
  std::string slot; ///< empty: it is none of a slot
  core::sentence what;
};

/// A message to one person before it is sent.
struct message_preview {
  core::shown_message shown; ///< what has no value stands in it as the template has it
  std::vector<slot_problem> problems;
  std::string body; ///< as it would be sent, JSON; empty when there are problems
};

class template_previewer {
public:
  virtual ~template_previewer() = default;

  /// Errors say which part of the template can't be sent.
  [[nodiscard]] virtual core::result<std::vector<core::template_slot>>
  slots(const template_text& what) const = 0;

  /// The message to one person as people see it, with everything that is wrong with its slots.
  /// @param values of that person, a JSON object or empty
  [[nodiscard]] virtual core::result<message_preview>
  preview(const template_text& what, std::string_view to, std::string_view values) const = 0;
};

} // namespace stentor::ports
