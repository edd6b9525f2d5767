#pragma once
/// The templates that an organization may send, as the last synchronisation left them. Thread-safe;
/// every call blocks.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string>

namespace stentor::ports {

class template_directory {
public:
  virtual ~template_directory() = default;

  /// {"data": […]}
  [[nodiscard]] virtual core::result<std::string> list(const principal& who) = 0;
};

} // namespace stentor::ports
