#pragma once
/// A person as the API's callers name them: a customer, or somebody for a campaign's list. Values;
/// any thread.

#include "stentor/core/base/ids.hpp"

#include <optional>
#include <string>

namespace stentor::ports {

struct contact_input {
  std::string phone_number; ///< as it was written
  std::string user_id;      ///< Meta's, instead of a number or beside it
  std::string name;
  std::string variables; ///< a JSON object, or empty
  std::optional<bool> marketing_opt_in;
  /// When that was said, where the caller knows. Later words of the person stand against it.
  std::optional<core::wall_time> consent_at = std::nullopt;
};

} // namespace stentor::ports
