#pragma once
/// What the planner is told of a campaign: its list's parts, where their people are, and what its
/// organization lays down.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/campaign/plan.hpp"

namespace stentor::postgres {

/// Inside whatever transaction the connection has.
[[nodiscard]] core::result<core::plan_terms> load_plan_terms(connection& db,
                                                             core::campaign_no campaign);
/// The same of one that has not started, with the parts that its list would get now; without a list
/// there are none.
[[nodiscard]] core::result<core::plan_terms> foresee_plan_terms(connection& db,
                                                                core::campaign_no campaign);

} // namespace stentor::postgres
