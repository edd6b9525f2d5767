#pragma once
/// What people wish of the planner, read from the column `plan`. Any thread.

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/campaign/plan_options.hpp"

namespace stentor::postgres {

/// What of it this daemon knows: a newer one may have written more.
[[nodiscard]] core::plan_options plan_of(const row_reader& row);

} // namespace stentor::postgres
