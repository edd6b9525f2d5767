#pragma once
/// The people an organization knows: its customers, and those who said stop. Thread-safe; every
/// call blocks. A stop is added and lifted through the engine (system/engine_control.hpp), because
/// it must be effective at once.

#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/contact/contact_input.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

class contact_store {
public:
  virtual ~contact_store() = default;

  /// {"added": …, "updated": …, "problems": [{"row": …, "problem": a sentence}]}
  [[nodiscard]] virtual core::result<std::string>
  upsert_customers(const principal& who, const std::vector<contact_input>& customers) = 0;
  /// A page of JSON, the newest first; with their consent and its times.
  [[nodiscard]] virtual core::result<std::string> list_customers(const principal& who,
                                                                 core::page p) = 0;
  /// One customer by UUID.
  [[nodiscard]] virtual core::result<std::string> get_customer(const principal& who,
                                                               std::string_view id) = 0;
  /// A page of JSON, the newest first.
  [[nodiscard]] virtual core::result<std::string> list_suppressions(const principal& who,
                                                                    core::page p) = 0;
};

} // namespace stentor::ports
