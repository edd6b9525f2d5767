#pragma once
/// The embedded default database: a private PostgreSQL in the state folder, reachable only through
/// a Unix socket that only its user may use. It lives as long as this object: a child process that
/// is stopped with it, and that stops by itself when the daemon is killed.
///
/// Thread contract: start() and restart() must be called on a thread that lives as long as the
/// daemon (its main thread), because Linux ties a child's parent-death signal to the thread that
/// forked it (prctl(2), PR_SET_PDEATHSIG).

#include "adapters/postgres/cluster/folder_lock.hpp"
#include "adapters/process/child_process.hpp"
#include "stentor/core/base/result.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::postgres {

struct cluster_options {
  std::filesystem::path folder; ///< the state folder; created when missing
  std::filesystem::path binaries =
      {}; ///< of initdb and postgres; empty: the newest of /usr/lib/postgresql
  int shared_buffers_mb = 192;
  int connections_max = 60;
  bool durable = true;                              ///< false: no fsync, for tests only
  std::chrono::milliseconds start_timeout{120'000}; ///< recovery after a crash can take a while
  /// How long to wait for another process that uses the folder: a command such as `token create`
  /// needs a few seconds at the first time.
  std::chrono::milliseconds lock_patience{20'000};
  std::function<void()> on_wait = {}; ///< called once when there is somebody to wait for
  bool stays =
      false; ///< commands may use this server while it runs, instead of waiting for its end
};

class embedded_cluster;

/// A database for as long as this lives.
struct cluster_access {
  std::unique_ptr<embedded_cluster> own; ///< nothing when a daemon's server is used
  std::string conninfo;
};

class embedded_cluster {
public:
  /// Makes the cluster at the first time, stops what a killed daemon left running, starts the
  /// server and waits until it answers. conflict when another process keeps the folder.
  [[nodiscard]] static core::result<std::unique_ptr<embedded_cluster>>
  start(cluster_options options);

  /// For commands that need the database for a moment: the server of a daemon on this folder, or
  /// one of its own.
  [[nodiscard]] static core::result<cluster_access> join_or_start(cluster_options options);

  embedded_cluster(const embedded_cluster&) = delete;
  embedded_cluster& operator=(const embedded_cluster&) = delete;
  /// Stops the server: open transactions are rolled back, everything committed is kept.
  ~embedded_cluster();

  /// libpq's connection string of the database `stentor`.
  [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }
  /// False when the server ended by itself (killed, out of memory).
  [[nodiscard]] bool running();
  /// Starts the server again when it is not running.
  [[nodiscard]] core::status restart();
  [[nodiscard]] pid_t pid() const noexcept { return server_; }

private:
  explicit embedded_cluster(cluster_options options) : options_{std::move(options)} {}

  [[nodiscard]] core::status lock_folder();
  [[nodiscard]] core::status find_binaries();
  [[nodiscard]] core::status make_folders();
  [[nodiscard]] core::status make_cluster();
  [[nodiscard]] core::status stop_leftover();
  [[nodiscard]] core::status start_server();
  [[nodiscard]] core::status make_database();
  [[nodiscard]] std::vector<std::string> server_arguments() const;
  [[nodiscard]] std::string log_tail() const;
  void stop() noexcept;

  cluster_options options_;
  std::optional<process::unprivileged_user> user_;
  std::filesystem::path data_, sockets_, log_;
  std::string conninfo_;
  pid_t server_ = 0;
  std::optional<folder_lock> lock_;
};

} // namespace stentor::postgres
