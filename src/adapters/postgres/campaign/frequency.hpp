#pragma once
/// The frequency caps of an organization: nobody gets more marketing than so many messages in any
/// such time. The lists themselves are the reservations: whoever stands on one that runs counts
/// before his message leaves.

#include "adapters/postgres/audience/partition.hpp"
#include "stentor/core/campaign/policy.hpp"

#include <vector>

namespace stentor::postgres {

/// Marks on the list who has had, or will have, enough. Until the transaction ends no other launch
/// of the organization counts. @param starts when the campaign begins
[[nodiscard]] core::status screen_frequency(connection& db, const locked_campaign& c,
                                            const std::vector<core::frequency_cap>& caps,
                                            core::wall_time starts);

} // namespace stentor::postgres
