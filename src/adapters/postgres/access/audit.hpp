#pragma once
/// The audit log: rows written where the thing itself is done, and the list of them.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/access/audit_log.hpp"

#include <memory>

namespace stentor::postgres {

/// Writes the row on this connection, so in the caller's transaction: what is told and the telling
/// are kept or lost together. As thread-safe as the connection.
[[nodiscard]] core::status write_audit(connection& db, const ports::audit_entry& entry);

/// The same, before the order itself is obeyed. False: this order has been written before, and is
/// not to be obeyed again.
[[nodiscard]] core::result<bool> write_order(connection& db, const ports::audit_entry& entry);

/// Thread-safe. @param pool must outlive the log
[[nodiscard]] std::unique_ptr<ports::audit_log> make_audit_log(query_pool& pool);

} // namespace stentor::postgres
