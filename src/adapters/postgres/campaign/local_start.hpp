#pragma once
/// A campaign that starts by each recipient's own clock (scheduledLocal). Inside a transaction of
/// the launch.

#include "adapters/postgres/audience/partition.hpp"
#include "stentor/core/campaign/local_start.hpp"
#include "stentor/core/campaign/policy.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <map>
#include <optional>

namespace stentor::postgres {

struct local_schedule {
  core::local_time time{};
  core::past_places past = core::past_places::next_day;
  core::wall_time now{}; ///< of the transaction
};

/// None: it starts everywhere at once.
[[nodiscard]] core::result<std::optional<local_schedule>>
load_local_schedule(connection& db, core::campaign_no campaign);

/// When it starts in each place of a list. @param people how many are in each
[[nodiscard]] core::result<std::map<std::int32_t, core::place_start>>
starts_in(connection& db, const local_schedule& schedule, const core::policy& policy,
          const ports::time_zones& zones, const std::map<std::int32_t, std::int64_t>& people);

/// Gives each customer of the list his place, and screens out those in whose place it is too late,
/// where that is wished. Before screened people are counted.
[[nodiscard]] core::status skip_past_places(connection& db, const locked_campaign& c,
                                            const core::policy& policy,
                                            const ports::time_zones& zones);
/// Gives the parts, one for each place, their time, and the campaign the first of them.
[[nodiscard]] core::status open_locally(connection& db, const locked_campaign& c,
                                        const core::policy& policy, const ports::time_zones& zones);

} // namespace stentor::postgres
