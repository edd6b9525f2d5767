#pragma once
/// Rows of the audit log, written where the thing itself is done. As thread-safe as the connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/access/principal.hpp"

namespace stentor::postgres {

/// Writes the row on this connection, so in the caller's transaction: what is told and the telling
/// are kept or lost together.
[[nodiscard]] core::status write_audit(connection& db, const ports::audit_entry& entry);

} // namespace stentor::postgres
