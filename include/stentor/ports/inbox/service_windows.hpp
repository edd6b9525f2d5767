#pragma once
/// Who may be written to without a template, from which number and until when: Meta opens its
/// customer service window for 24 hours with each message of the person to that number. Every call
/// blocks. Thread-safe.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string_view>

namespace stentor::ports {

class service_windows {
public:
  virtual ~service_windows() = default;

  /// Of a person under all phone numbers and user ids that are known of him, one entry a number,
  /// the one that is open longest first; none for whom nobody knows.
  /// @param phone in its one spelling; 0: by user id
  [[nodiscard]] virtual core::result<core::json_text>
  of(const principal& who, core::person_key phone, std::string_view user_id) = 0;
};

} // namespace stentor::ports
