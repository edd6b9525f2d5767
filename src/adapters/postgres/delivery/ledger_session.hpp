#pragma once
/// A connection that also is a writer of the ledger, for the events that claims, recovery, policies
/// and replies make. Stores may share one. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/delivery/ledger.hpp"

#include <memory>

namespace stentor::postgres {

class ledger_session {
public:
  explicit ledger_session(std::shared_ptr<connection> db) : db_{std::move(db)} {}

  [[nodiscard]] connection& db() noexcept { return *db_; }
  /// A transaction on a session that lives and holds a writer's number.
  [[nodiscard]] core::result<transaction> begin();
  /// Commits `t`, with these events as the writer's next batch.
  [[nodiscard]] core::status append_and_commit(transaction& t, const core::event_batch& events);

private:
  std::shared_ptr<connection> db_;
  ledger_cursor cursor_;
};

/// A connection for stores: it plans each call anew, so that a campaign's number selects its one
/// partition, and every named query is prepared.
[[nodiscard]] core::result<std::shared_ptr<connection>>
open_store_connection(connection_options options);

} // namespace stentor::postgres
