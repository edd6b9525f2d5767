#include "stentor/core/base/json_value.hpp"

namespace stentor::core {

const json_value* json_value::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : members)
    if (key == name)
      return &value;
  return nullptr;
}

} // namespace stentor::core
