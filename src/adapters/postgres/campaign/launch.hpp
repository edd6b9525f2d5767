#pragma once
/// ports::campaign_launch on PostgreSQL. A launch has a connection of its own, because screening
/// millions takes longer than the pool's time limit. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>
#include <vector>

namespace stentor::postgres {

/// The numbers that the campaign would send from. Inside whatever transaction the connection has.
[[nodiscard]] core::result<std::vector<core::launch_number>>
load_launch_numbers(connection& db, core::campaign_no campaign);

/// What speaks for and against sending it now. As well.
[[nodiscard]] core::result<core::launch_facts>
read_launch_facts(connection& db, const ports::principal& who, std::string_view id);

/// @param queries, phones and zones must outlive it
[[nodiscard]] std::unique_ptr<ports::campaign_launch>
make_campaign_launch(query_pool& queries, const ports::phone_numbers& phones,
                     const ports::time_zones& zones);

} // namespace stentor::postgres
