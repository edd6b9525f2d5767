#pragma once
/// ports::contact_store on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/contact/contact_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>
#include <string>

namespace stentor::postgres {

/// @param region of phone numbers without country code, two letters; empty: such numbers are
/// refused
/// @param pool,phones,zones must outlive the store
/// @param key_of which names of columns read the same
[[nodiscard]] std::unique_ptr<ports::contact_store>
make_contact_store(query_pool& pool, const ports::phone_numbers& phones,
                   const ports::time_zones& zones, core::name_key key_of, std::string region);

} // namespace stentor::postgres
