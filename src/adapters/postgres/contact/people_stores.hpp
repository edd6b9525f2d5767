#pragma once
/// Everything about people that the admin side asks, on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/contact/import_columns.hpp"
#include "stentor/ports/contact/attribute_store.hpp"
#include "stentor/ports/contact/contact_store.hpp"
#include "stentor/ports/contact/event_store.hpp"
#include "stentor/ports/contact/import_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>
#include <string>

namespace stentor::postgres {

struct people_stores {
  std::unique_ptr<ports::contact_store> contacts;
  std::unique_ptr<ports::import_store> imports;
  std::unique_ptr<ports::event_store> events;
  std::unique_ptr<ports::attribute_store> attributes;
};

/// @param key_of which names of columns read the same
/// @param region of phone numbers without country code, two letters; empty: such numbers are
/// refused
/// @param pool,phones,zones must outlive the stores
[[nodiscard]] people_stores make_people_stores(query_pool& pool, const ports::phone_numbers& phones,
                                               const ports::time_zones& zones,
                                               core::name_key key_of, const std::string& region);

} // namespace stentor::postgres
