#pragma once
/// JSON as whichever library has read it, for what core decides about JSON that people write. Pure;
/// any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

struct json_member;

/// Nesting beyond what the reader wants to see can be left out.
struct json_value {
  enum class kind : std::uint8_t { null, boolean, number, text, list, object };
  kind is = kind::null;
  std::string text; ///< of a text as it is; of a number, true and false as JSON writes it
  std::vector<json_value> items;
  std::vector<json_member> members;

  /// nullptr when it has no such member.
  [[nodiscard]] const json_value* find(std::string_view name) const noexcept;
};

struct json_member {
  std::string name;
  json_value value;
};

} // namespace stentor::core
