#pragma once
/// What the planner is told of a campaign: its list's parts, where their people are, and what its
/// organization lays down.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/campaign/plan.hpp"
#include "stentor/core/campaign/policy.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <vector>

namespace stentor::postgres {

/// Inside whatever transaction the connection has.
[[nodiscard]] core::result<core::plan_terms> load_plan_terms(connection& db,
                                                             core::campaign_no campaign);
/// The same of one that has not started, with the parts that its list would get now; without a list
/// there are none.
[[nodiscard]] core::result<core::plan_terms>
foresee_plan_terms(connection& db, core::campaign_no campaign, const ports::time_zones& zones);

/// These and the unknown one, 0, with the hours that the organization lays down.
/// @param has_quiet_hours quiet hours hold for the campaign
[[nodiscard]] core::result<std::vector<core::plan_place>>
load_plan_places(connection& db, const core::policy& policy, bool has_quiet_hours,
                 const std::vector<core::place_no>& places);

} // namespace stentor::postgres
