#pragma once
/// ports::freeze_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/campaign/freeze_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>

namespace stentor::postgres {

/// Two connections of its own: one that draws, and one that tells how far it is. @param phones and
/// zones must outlive the store
[[nodiscard]] core::result<std::unique_ptr<ports::freeze_store>>
open_freeze_store(connection_options options, const ports::phone_numbers& phones,
                  const ports::time_zones& zones);

} // namespace stentor::postgres
