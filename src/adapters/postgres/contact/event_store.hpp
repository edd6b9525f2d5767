#pragma once
/// ports::event_store on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/contact/event_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>
#include <string>

namespace stentor::postgres {

/// @param region of phone numbers without country code, two letters; empty: such numbers are
/// refused
/// @param pool,phones,zones must outlive the store
[[nodiscard]] std::unique_ptr<ports::event_store>
make_event_store(query_pool& pool, const ports::phone_numbers& phones,
                 const ports::time_zones& zones, std::string region);

} // namespace stentor::postgres
