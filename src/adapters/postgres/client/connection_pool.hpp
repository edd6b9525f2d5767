#pragma once
/// A small pool of connections for callers on several threads (the admin store). Thread-safe;
/// take() blocks until a connection is free or the wait is over.

#include "adapters/postgres/client/connection.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace stentor::postgres {

/// Why there is no connection, without the server's address: who asks over the network learns
/// nothing of where the database lies.
[[nodiscard]] core::error without_address(const core::error& e);

class connection_pool {
public:
  /// A connection lent for as long as this lives. The pool must outlive it.
  class lent {
  public:
    lent(connection_pool& pool, connection&& c) : pool_{&pool}, connection_{std::move(c)} {}
    lent(lent&& other) noexcept
        : pool_{std::exchange(other.pool_, nullptr)}, connection_{std::move(other.connection_)} {}
    lent& operator=(lent&&) = delete;
    ~lent();
    connection& operator*() noexcept { return connection_; }
    connection* operator->() noexcept { return &connection_; }

  private:
    connection_pool* pool_;
    connection connection_;
  };

  /// Connects nothing yet. @param size at most so many connections at once, at least 1
  connection_pool(connection_options options, int size);

  /// unavailable when none is free within `wait` or the server cannot be reached.
  [[nodiscard]] core::result<lent> take(std::chrono::milliseconds wait = std::chrono::seconds{10});

private:
  void give_back(connection&& c);

  connection_options options_;
  int size_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<connection> idle_;
  int out_ = 0;
};

} // namespace stentor::postgres
