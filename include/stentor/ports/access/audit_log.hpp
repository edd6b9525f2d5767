#pragma once
/// What was done, by whom. Thread-safe; every call blocks.

#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string>

namespace stentor::ports {

class audit_log {
public:
  virtual ~audit_log() = default;

  /// The organization's rows as a page of JSON, the newest first.
  [[nodiscard]] virtual core::result<std::string> list(const principal& who, core::page p) = 0;
  /// For what the engine does; a store writes the row of its own changes in their transaction.
  [[nodiscard]] virtual core::status write(const audit_entry& entry) = 0;
};

} // namespace stentor::ports
