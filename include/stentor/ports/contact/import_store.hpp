#pragma once
/// What was imported: lists of every kind, with what was wrong with their lines. Thread-safe; every
/// call blocks.

#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string>
#include <string_view>

namespace stentor::ports {

class import_store {
public:
  virtual ~import_store() = default;

  /// A page of JSON, the newest first. @param kind recipients, customers, events; empty: all
  [[nodiscard]] virtual core::result<std::string> list(const principal& who, std::string_view kind,
                                                       core::page p) = 0;
  /// One import by UUID, as JSON.
  [[nodiscard]] virtual core::result<std::string> show(const principal& who,
                                                       std::string_view id) = 0;
  /// A page of JSON, by line.
  [[nodiscard]] virtual core::result<std::string> problems(const principal& who,
                                                           std::string_view id, core::page p) = 0;
};

} // namespace stentor::ports
