#pragma once
/// Customers from a CSV file of any length: constant memory, pieces of 50,000 people. One thread
/// per import.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/contact/import_columns.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/contact/file_import.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>
#include <string>

namespace stentor::postgres {

/// What every import of people needs. Pointers must outlive the import.
struct people_import_order {
  const query_pool* pool = nullptr; ///< for the connection of its own
  const ports::phone_numbers* phones = nullptr;
  const ports::time_zones* zones = nullptr;
  core::name_key key_of; ///< which names of columns read the same
  std::string region;    ///< of numbers without country code; empty: such numbers are refused
  ports::principal who;
  core::column_choice columns;
  bool keep = true; ///< false: a trial, of which nothing is kept
};

[[nodiscard]] core::result<std::unique_ptr<ports::file_import>>
begin_customer_import(people_import_order order);

} // namespace stentor::postgres
