#pragma once
/// What the planner is told of a campaign: its list's parts, where their people are, and what its
/// organization lays down.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/campaign/plan.hpp"

namespace stentor::postgres {

/// Inside whatever transaction the connection has.
[[nodiscard]] core::result<core::plan_terms> load_plan_terms(connection& db,
                                                             core::campaign_no campaign);

} // namespace stentor::postgres
