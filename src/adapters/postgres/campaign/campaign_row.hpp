#pragma once
/// The one place that makes a core::campaign of a row. Functions on a connection of the caller's
/// thread; every call blocks.

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/campaign/campaign.hpp"

#include <string_view>

namespace stentor::postgres {

/// A row with the columns of the fragment campaign_row.
[[nodiscard]] core::campaign campaign_of(const row_reader& row);

/// Of a row with recovery_tries and recovery_spacing_ms.
[[nodiscard]] core::recovery_terms recovery_of(const row_reader& row);

/// not_found when there is none of this number.
[[nodiscard]] core::result<core::campaign> load_campaign(connection& db, core::campaign_no no);
/// By its public id; not_found also for one of another organization.
[[nodiscard]] core::result<core::campaign>
load_campaign(connection& db, core::organization_no organization, std::string_view id);

} // namespace stentor::postgres
