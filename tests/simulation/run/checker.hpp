#pragma once
/// Holds the database and the receiver's record against the promises. One thread.

#include "tests/model/stores.hpp"
#include "tests/simulation/meta/truth.hpp"
#include "tests/simulation/run/orders.hpp"
#include "tests/simulation/run/plan.hpp"
#include "tests/simulation/run/report.hpp"

#include <functional>
#include <string>
#include <vector>

namespace stentor::simulation {

/// All that a run leaves behind.
struct evidence {
  const plan& of;
  const world& database;
  const truth& known;
  const std::vector<operators_order>& orders;
  const std::vector<limit_change>& limits;
  milliseconds in_doubt_wait;
  /// For so long webhooks could be taken until that moment of the world's clock.
  std::function<milliseconds(std::int64_t)> takeable_until;
  bool came_to_rest = true;
};

[[nodiscard]] std::vector<violation> check(const evidence& e);

} // namespace stentor::simulation
