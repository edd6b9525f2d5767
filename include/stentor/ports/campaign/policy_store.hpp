#pragma once
/// What the organization lays down for its campaigns. It is written from each daemon's
/// configuration and read from the database, so that all daemons obey the same. Every call blocks.
/// Thread-safe.

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/policy.hpp"

#include <string>

namespace stentor::ports {

class policy_store {
public:
  virtual ~policy_store() = default;

  /// The last daemon that saves counts.
  [[nodiscard]] virtual core::status save(const std::string& organization_name,
                                          const core::policy& wanted) = 0;
  [[nodiscard]] virtual core::result<core::policy> load(const std::string& organization_name) = 0;
};

} // namespace stentor::ports
