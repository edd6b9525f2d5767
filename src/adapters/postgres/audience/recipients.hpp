#pragma once
/// ports::recipient_store on PostgreSQL. Thread-safe: imports and exports, which may take minutes,
/// open a connection of their own.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/contact/import_columns.hpp"
#include "stentor/ports/audience/recipient_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>
#include <string>

namespace stentor::postgres {

/// @param key_of which names of columns read the same @param region of phone numbers without
/// country code, two letters; empty: such numbers are refused @param pool,phones,zones must outlive
/// the store
[[nodiscard]] std::unique_ptr<ports::recipient_store>
make_recipient_store(query_pool& pool, const ports::phone_numbers& phones,
                     const ports::time_zones& zones, core::name_key key_of, std::string region);

} // namespace stentor::postgres
