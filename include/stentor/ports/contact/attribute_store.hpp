#pragma once
/// The attributes of customers that an organization has registered. Thread-safe; every call blocks.

#include "stentor/core/base/result.hpp"
#include "stentor/core/contact/attribute.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string>
#include <string_view>

namespace stentor::ports {

class attribute_store {
public:
  virtual ~attribute_store() = default;

  /// {"data": [{"name": …, "type": …, "required": …, "sensitive": …}]}
  [[nodiscard]] virtual core::result<std::string> list(const principal& who) = 0;
  /// What is written from now on is held to it; what is stored already stays as it is.
  [[nodiscard]] virtual core::result<std::string> put(const principal& who, std::string_view name,
                                                      core::attribute_type type, bool required) = 0;
};

} // namespace stentor::ports
