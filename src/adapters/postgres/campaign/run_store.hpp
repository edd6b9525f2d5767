#pragma once
/// ports::run_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/campaign/run_store.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>

namespace stentor::postgres {

/// A connection of its own. @param zones must outlive the store
[[nodiscard]] core::result<std::unique_ptr<ports::run_store>>
open_run_store(connection_options options, const ports::time_zones& zones);

} // namespace stentor::postgres
