#pragma once
/// ports::admin_store on PostgreSQL. Thread-safe: calls share a small pool of connections; imports,
/// launches and exports, which may take minutes, open one of their own.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/campaign/admin_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"

#include <memory>
#include <string>

namespace stentor::postgres {

struct admin_store_options {
  connection_options database;
  int connections = 4;
  std::string default_region; ///< of phone numbers without country code, two letters; empty: such
                              ///< numbers are refused
};

/// @param phones must outlive the store
[[nodiscard]] std::unique_ptr<ports::admin_store>
make_admin_store(admin_store_options options, const ports::phone_numbers& phones);

} // namespace stentor::postgres
