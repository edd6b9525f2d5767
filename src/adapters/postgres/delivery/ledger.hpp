#pragma once
/// ports::ledger on PostgreSQL: every commit is one transaction, its events one row of
/// delivery_batch. Used from one thread; every call blocks. A lost connection is opened again by
/// the next commit.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/delivery/ledger.hpp"

#include <memory>

namespace stentor::postgres {

/// A writer's number and place in the ledger, bound to one connection: an advisory lock keeps the
/// number for the session's life, so its batches are numbered without gaps and are committed in
/// order.
class ledger_cursor {
public:
  /// Makes sure that `db` lives and holds a number. After a new session the place is read again.
  [[nodiscard]] core::status ensure(connection& db);
  /// Writes the events as the next batch, inside the caller's transaction or as one of its own.
  [[nodiscard]] core::status append(connection& db, const core::event_batch& events);
  /// The append's transaction is committed.
  void committed() noexcept { ++last_; }
  /// Whether the batch of the last append is there, after a commit whose answer was lost. Needs a
  /// new session.
  [[nodiscard]] core::result<bool> arrived(connection& db);

  [[nodiscard]] int writer() const noexcept { return writer_; }
  [[nodiscard]] std::int64_t last_batch() const noexcept { return last_; }

private:
  [[nodiscard]] core::status take(connection& db);

  int writer_ = 0; ///< 0: none
  int backend_ = 0;
  std::int64_t last_ = 0;
};

class ledger final : public ports::ledger {
public:
  [[nodiscard]] static core::result<std::unique_ptr<ledger>> open(connection_options options);

  [[nodiscard]] core::result<ports::ledger_receipt>
  commit(const ports::ledger_write& write) override;
  [[nodiscard]] int writer() const noexcept { return cursor_.writer(); }
  /// For tests: the session, to break it.
  [[nodiscard]] connection& session() noexcept { return db_; }

private:
  explicit ledger(connection&& db) : db_{std::move(db)} {}
  [[nodiscard]] core::status write_all(const ports::ledger_write& write,
                                       ports::ledger_receipt& receipt);
  [[nodiscard]] core::status write_parts(const ports::ledger_write& write,
                                         ports::ledger_receipt& receipt);
  [[nodiscard]] core::status write_queues(const ports::ledger_write& write);

  connection db_;
  ledger_cursor cursor_;
};

} // namespace stentor::postgres
