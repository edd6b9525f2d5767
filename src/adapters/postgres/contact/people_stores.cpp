#include "adapters/postgres/contact/people_stores.hpp"

#include "adapters/postgres/contact/attribute_store.hpp"
#include "adapters/postgres/contact/contacts.hpp"
#include "adapters/postgres/contact/event_store.hpp"
#include "adapters/postgres/contact/import_store.hpp"

#include <utility>

namespace stentor::postgres {

people_stores make_people_stores(query_pool& pool, const ports::phone_numbers& phones,
                                 const ports::time_zones& zones, core::name_key key_of,
                                 const std::string& region) {
  return {.contacts = make_contact_store(pool, phones, zones, std::move(key_of), region),
          .imports = make_import_store(pool),
          .events = make_event_store(pool, phones, zones, region),
          .attributes = make_attribute_store(pool)};
}

} // namespace stentor::postgres
