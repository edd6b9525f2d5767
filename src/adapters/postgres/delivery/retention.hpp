#pragma once
/// What is over and old is deleted, piece by piece.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/delivery/projection.hpp"

namespace stentor::postgres {

/// Deletes one piece of each kind. Every statement is a transaction of its own.
[[nodiscard]] core::result<ports::trim_report> trim_piece(connection& db,
                                                          const ports::retention_terms& terms);

} // namespace stentor::postgres
