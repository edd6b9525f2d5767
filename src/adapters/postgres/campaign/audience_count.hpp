#pragma once
/// Whom a campaign would be for if it started now: its list is drawn into a table of the session,
/// screened as for a launch, counted, and thrown away with the transaction. Blocks for seconds.
/// Thread-safe.

#include "adapters/postgres/campaign/list_making.hpp"
#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"

#include <optional>
#include <string_view>

namespace stentor::postgres {

/// More people than this, by PostgreSQL's guess, are not looked up.
inline constexpr std::int64_t counted_most = 250'000;

/// As ports::campaign_launch::count. @param most for tests
[[nodiscard]] core::result<std::optional<ports::counted_audience>>
count_audience(query_pool& queries, const ports::principal& who, std::string_view id,
               const list_tools& with, std::int64_t most = counted_most);

} // namespace stentor::postgres
