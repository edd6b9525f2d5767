#pragma once
/// Stores what a fold adds to the figures of its campaigns. Inside the projection's transaction;
/// nobody else writes these tables.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/delivery/roll_up.hpp"

namespace stentor::postgres {

[[nodiscard]] core::status add_roll_ups(connection& db, const core::roll_ups& differences);

} // namespace stentor::postgres
