#pragma once
/// How the actors get their stores on PostgreSQL. Any thread.

#include "actors/runtime/stores.hpp"
#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <functional>

namespace stentor::app {

/// Every call opens a connection of its own, on the thread that will use it.
/// @param connection the options of one that has this name
/// @param zones and phones must outlive the stores
[[nodiscard]] actors::store_factory
stores_on_postgres(std::function<postgres::connection_options(const char*)> connection,
                   const ports::time_zones& zones, const ports::phone_numbers& phones);

} // namespace stentor::app
