#pragma once
/// What a draft changes in when a campaign runs: whether that fits together, and when the next run
/// is then. Functions on a connection of the caller's thread, inside its transaction; every call
/// blocks.

#include "adapters/postgres/campaign/recurring_row.hpp"
#include "stentor/core/campaign/draft.hpp"

#include <optional>
#include <vector>

namespace stentor::postgres {

/// @param old the campaign as it is, locked; none: it is being made
/// @param draft gets the rule's first day, where it names none: that of the rule before, else today
/// @param problems gets what is wrong
/// @return the next run, where it has to be planned anew. conflict when a run starts at this moment
[[nodiscard]] core::result<std::optional<core::wall_time>>
check_schedule(const ports::time_zones& zones, const std::optional<recurring_row>& old,
               core::campaign_draft& draft, std::vector<core::draft_problem>& problems);

} // namespace stentor::postgres
