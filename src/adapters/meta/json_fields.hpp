#pragma once
/// Reading fields of JSON objects that Meta, or somebody who copies a template, wrote. Pure; any
/// thread.

#include <nlohmann/json.hpp>
#include <string>

namespace stentor::meta {

/// Empty when the field is missing or no text.
[[nodiscard]] inline std::string string_of(const nlohmann::json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

} // namespace stentor::meta
