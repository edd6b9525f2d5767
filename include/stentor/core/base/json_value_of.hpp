#pragma once
/// core::json_value of a library's own tree, whose members are named as those of nlohmann::json.
/// Any thread.

#include "stentor/core/base/json_value.hpp"

#include <string>

namespace stentor::core {

/// What lies deeper than `levels` is left out, so that recursion has an end.
template <class Json>
[[nodiscard]] json_value json_value_of(const Json& from, int levels = 16) {
  using kind = json_value::kind;
  json_value to;
  if (from.is_string()) {
    to.is = kind::text;
    to.text = from.template get<std::string>();
  } else if (from.is_number() || from.is_boolean()) {
    to.is = from.is_number() ? kind::number : kind::boolean;
    to.text = from.dump();
  } else if (from.is_structured() && levels > 0) {
    to.is = from.is_array() ? kind::list : kind::object;
    for (const auto& [name, member] : from.items())
      if (from.is_array())
        to.items.push_back(json_value_of(member, levels - 1));
      else
        to.members.push_back({name, json_value_of(member, levels - 1)});
  }
  return to;
}

} // namespace stentor::core
