#pragma once
/// A person as the API's callers name them: a customer, or somebody for a campaign's list. Values;
/// any thread.

#include "stentor/core/base/ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stentor::ports {

struct contact_input {
  std::string phone_number; ///< as it was written
  std::string user_id;      ///< Meta's, instead of a number or beside it
  std::string name;
  /// A JSON object, or empty. Of a customer null removes the variable.
  std::string variables;
  std::optional<bool> marketing_opt_in;
  /// When that was said, where the caller knows. Later words of the person stand against it.
  std::optional<core::wall_time> consent_at = std::nullopt;
  /// Of a list only: a customer's UUID in place of phone number and user id.
  std::string customer_id = {};
  /// Of templates, such as pt_BR. Of a customer an empty one is to be removed.
  std::optional<std::string> language = std::nullopt;
  // Of customers only. What is empty is to be removed.
  bool removes_name = false;
  std::optional<std::string> time_zone = std::nullopt; ///< an IANA name
  std::optional<std::vector<std::string>> tags = std::nullopt;
};

} // namespace stentor::ports
