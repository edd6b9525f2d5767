#pragma once
/// One connection to PostgreSQL through libpq. Every call blocks. Not thread-safe: one per thread,
/// or lent by a connection_pool. Errors are values: `unavailable` when the same call may succeed
/// later (connection lost, server stopping, serialization, time-out), `conflict` and `invalid` for
/// what constraints refuse, `internal` for the rest.

#include "adapters/postgres/client/params.hpp"
#include "adapters/postgres/client/server_watch.hpp"
#include "stentor/core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

struct pg_conn;
struct pg_result;

namespace stentor::postgres {

/// The rows of an answer. Reading a value does not depend on whether it came as text or in binary.
class rows {
public:
  rows() = default;
  explicit rows(pg_result* answer);

  [[nodiscard]] int size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Rows that an INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::int64_t affected() const;
  /// The position of the column with this name. There must be one: a wrong name ends the program.
  [[nodiscard]] int column(std::string_view name) const;
  [[nodiscard]] bool is_null(int row, int column) const;
  /// The value as it came; valid as long as this object. Empty for NULL.
  [[nodiscard]] std::string_view text(int row, int column) const;
  [[nodiscard]] std::string string(int row, int column) const {
    return std::string{text(row, column)};
  }
  /// 0 for NULL.
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] double real(int row, int column) const; ///< text answers only
  [[nodiscard]] bool boolean(int row, int column) const;
  /// Where the column of this name stands; -1 when there is none.
  [[nodiscard]] int column(const char* name) const;

private:
  std::shared_ptr<pg_result> answer_;
  int size_ = 0;
};

enum class answer_format { text, binary };

/// How the server plans the statements of a session.
enum class planning {
  usual,
  /// Every call for its own values, so that a campaign's number selects its partition.
  per_call,
  /// Once for all values, and only by keys and places, in order: for statements on long arrays, of
  /// whose lengths the planner knows nothing. Never reads or hashes a whole table.
  by_key,
};

/// A store that says nothing inside a transaction for so long belongs to a process that is frozen;
/// its locks must not keep the others.
inline constexpr std::chrono::seconds frozen_after{10};

struct connection_options {
  std::string conninfo; ///< libpq's, may hold a password: never printed
  std::string application_name = "stentor";
  std::chrono::milliseconds statement_timeout{60'000}; ///< 0: none
  std::chrono::milliseconds lock_timeout{30'000};
  planning plans = planning::usual;
  /// So much longer than the server may work on a statement its answer is waited for; then the
  /// connection is given up.
  std::chrono::milliseconds answer_grace{5'000};
  /// A session that is idle for so long inside a transaction, or at all, is ended by the server.
  /// 0: never.
  std::chrono::milliseconds idle_in_transaction{0};
  std::chrono::milliseconds idle{0};
  /// Of all connections of a process; nothing: any server will do.
  std::shared_ptr<server_watch> servers = {};
};

class connection {
public:
  /// Connects. Named queries are prepared at their first use; `prepare_all` checks them at the
  /// start.
  [[nodiscard]] static core::result<connection> open(connection_options options);

  connection(connection&&) noexcept = default;
  connection& operator=(connection&&) noexcept = default;
  ~connection() = default;

  /// Prepares every named query, so that an invalid query fails at startup.
  [[nodiscard]] core::status prepare_all();
  [[nodiscard]] bool alive() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  /// Opens a new session with the same options.
  [[nodiscard]] core::status reconnect();
  /// Reconnects if the session is known to be gone.
  [[nodiscard]] core::status ensure();

  /// Of every statement and of waiting for a lock, from now on; 0: none.
  [[nodiscard]] core::status set_timeouts(std::chrono::milliseconds statement,
                                          std::chrono::milliseconds lock);

  /// Several statements in one text, without parameters.
  [[nodiscard]] core::status run(const std::string& sql);
  /// One statement with parameters $1, $2, …; not prepared.
  [[nodiscard]] core::result<rows> query(const std::string& sql, params arguments = {},
                                         answer_format format = answer_format::text);
  /// A query of the features' .sql files by name.
  [[nodiscard]] core::result<rows> call(std::string_view name, params arguments = {},
                                        answer_format format = answer_format::text);
  /// The same for one that only changes rows.
  [[nodiscard]] core::status execute(std::string_view name, params arguments = {});

  /// COPY … FROM STDIN with one buffer in the format that the statement names.
  [[nodiscard]] core::status copy_in(const std::string& sql, std::string_view data);
  /// The same in pieces: begin, any number of puts, end. After an error, or with `abort`, nothing
  /// is stored.
  [[nodiscard]] core::status copy_begin(const std::string& sql);
  [[nodiscard]] core::status copy_put(std::string_view data);
  [[nodiscard]] core::result<std::int64_t> copy_end(); ///< rows copied
  void copy_abort(const std::string& why); ///< nothing happens when no COPY is under way
  /// COPY … TO STDOUT; `write` returns false to stop early.
  [[nodiscard]] core::status copy_out(const std::string& sql,
                                      const std::function<bool(std::string_view)>& write);

  /// What other sessions have told on the channels that this one listens to. Waits for the first
  /// word, at most for `patience`; empty when there was none.
  [[nodiscard]] core::result<std::vector<std::string>> heard(std::chrono::milliseconds patience);

  /// SQLSTATE of the last error, empty when the server did not say one.
  [[nodiscard]] const std::string& last_sqlstate() const noexcept { return sqlstate_; }
  /// Process id of the session's backend, for tests and diagnosis.
  [[nodiscard]] int backend_pid() const noexcept;
  [[nodiscard]] const connection_options& options() const noexcept { return options_; }

private:
  struct closer {
    void operator()(pg_conn* c) const noexcept;
  };

  explicit connection(connection_options options) : options_{std::move(options)} {}
  [[nodiscard]] core::status prepare(const std::string& name);
  [[nodiscard]] core::status check_server();
  [[nodiscard]] core::status set_idle_limits();
  [[nodiscard]] core::status copy_mode(const std::string& sql, int wanted);
  /// When a wait that begins now is over.
  [[nodiscard]] std::chrono::steady_clock::time_point patience() const noexcept;
  /// After libpq has taken a question (`sent`): its answer, as PQexec would give it.
  [[nodiscard]] core::result<rows> ask(int sent, std::string_view what);
  [[nodiscard]] core::error no_answer(std::string_view what);
  [[nodiscard]] core::result<rows> answer(pg_result* raw, std::string_view what);
  [[nodiscard]] core::error problem(const pg_result* raw, std::string_view what);

  connection_options options_;
  std::unique_ptr<pg_conn, closer> handle_;
  std::unordered_set<std::string> prepared_;
  std::string sqlstate_;
  std::chrono::milliseconds statement_timeout_{0}; ///< as it is set now
};

/// Rolls back when it is destroyed before commit(), also in the middle of a COPY: its locks are
/// free when the destructor has ended, not some time after the connection's end.
class transaction {
public:
  [[nodiscard]] static core::result<transaction> begin(connection& on);

  transaction(transaction&& other) noexcept : on_{std::exchange(other.on_, nullptr)} {}
  transaction& operator=(transaction&&) = delete;
  ~transaction();

  /// When this fails with `unavailable` and the connection is gone, nobody knows whether it was
  /// committed.
  [[nodiscard]] core::status commit();

private:
  explicit transaction(connection& on) : on_{&on} {}
  connection* on_;
};

} // namespace stentor::postgres
