#pragma once
/// Policies in the table `policy`, a row for each subject.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/ports/campaign/policy_store.hpp"

#include <memory>

namespace stentor::postgres {

/// Inside whatever transaction the connection has. What no daemon has written yet holds nothing
/// back.
[[nodiscard]] core::result<core::policy> load_policy(connection& db,
                                                     core::organization_no organization);

[[nodiscard]] std::unique_ptr<ports::policy_store> make_policy_store(query_pool& queries);

} // namespace stentor::postgres
