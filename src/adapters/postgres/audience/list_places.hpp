#pragma once
/// A list whose people are in very many places, or wait for very many moments, is brought down to
/// what the planner looks at (core/contact/place_join). Inside a transaction.

#include "adapters/postgres/audience/partition.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <cstdint>
#include <map>
#include <set>

namespace stentor::postgres {

/// People of small places get a place that they share: the list says so. Touches the list and the
/// table of places. @param people how many may be sent to, by place @param starts when the campaign
/// does, as far as it is known
/// @return whether anybody's place is another one now
[[nodiscard]] core::result<bool>
join_list_places(connection& db, const locked_campaign& c,
                 const std::map<std::int32_t, std::int64_t>& people, core::wall_time starts,
                 const ports::time_zones& zones);

/// Whoever waits does so until the last of some moments that are near each other.
/// @param moments in milliseconds @param most at least one
[[nodiscard]] core::status join_list_moments(connection& db, const locked_campaign& c,
                                             const std::set<std::int64_t>& moments,
                                             std::size_t most);

} // namespace stentor::postgres
