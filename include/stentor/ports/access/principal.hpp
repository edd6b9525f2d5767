#pragma once
/// Who asks, and what is written down of what was done. Values; any thread.

#include "stentor/core/base/ids.hpp"

#include <string>

namespace stentor::ports {

/// Everything is looked up inside this organization only.
struct principal {
  core::organization_no organization = 0;
  std::string role;   ///< viewer, operator, admin
  std::string actor;  ///< for the audit log: "token <name> (<id>)", "cli"
  std::string source; ///< client address
};

/// A row of the audit log, written in the transaction of what it tells.
struct audit_entry {
  principal who;
  std::string action;  ///< imperative: "campaign.pause"
  std::string subject; ///< a public id, or a masked phone number
  std::string detail;  ///< a JSON object, or empty
  /// Names the order for good, so that one that is written again, because the first answer was lost
  /// or slow, has one row. Empty: nobody writes it again.
  std::string order{};
};

} // namespace stentor::ports
