#pragma once
/// What operators asked for and what they heard. Values.

#include "stentor/core/campaign/command.hpp"
#include "tests/simulation/run/timeline.hpp"

#include <optional>
#include <string>

namespace stentor::simulation {

struct operators_order {
  core::campaign_no campaign{};
  core::campaign_command command = core::campaign_command::pause;
  core::steady_time asked;
  std::optional<core::steady_time> answered;
  bool ok = false;
  std::string subject;
  int node = 0; ///< that was asked
};

/// A number's limit from then on.
struct limit_change {
  core::steady_time at;
  double factor = 1;
};

} // namespace stentor::simulation
