#pragma once
/// Whom a campaign is for, and whom it leaves out, as SQL about a row `k` of customer. Blocks; one
/// thread.

#include "adapters/postgres/audience/partition.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <optional>
#include <string>

namespace stentor::postgres {

struct audience_sql {
  std::string condition = "true";
  params arguments; ///< of the condition; $1 is the campaign, $2 its organization
};

/// Everybody, or those of the campaign's segment as it is now; $3 is whether it is for marketing.
/// invalid, with paths, when the query can't be asked any more: it names what is gone, or an
/// attribute has another type since.
[[nodiscard]] core::result<audience_sql> audience_of(connection& db, const locked_campaign& c,
                                                     const ports::time_zones& zones);
/// None when it leaves out nobody.
[[nodiscard]] core::result<std::optional<audience_sql>>
exclusions_of(connection& db, const locked_campaign& c, const ports::time_zones& zones);

} // namespace stentor::postgres
