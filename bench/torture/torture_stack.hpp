#pragma once
/// The processes of a torture run and the proxies between them: PostgreSQL, the simulated Meta and
/// the daemons, each of which may die alone. Main thread only: the children die with the thread
/// that started them.

#include "adapters/postgres/cluster/embedded_cluster.hpp"
#include "app/local/daemon_process.hpp"
#include "app/local/local_folder.hpp"
#include "app/local/simulator_process.hpp"
#include "bench/proxy/fault_proxy.hpp"
#include "bench/torture/torture_settings.hpp"
#include "stentor/core/base/result.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stentor::load {

class torture_stack {
public:
  explicit torture_stack(const torture_settings& settings) : settings_{settings} {}
  torture_stack(const torture_stack&) = delete;
  torture_stack& operator=(const torture_stack&) = delete;
  ~torture_stack();

  /// Everything, up to a daemon that can send.
  [[nodiscard]] core::status start();

  [[nodiscard]] std::size_t nodes() const noexcept { return nodes_.size(); }
  [[nodiscard]] app::daemon_process& daemon(std::size_t node) { return nodes_[node]->daemon; }
  [[nodiscard]] app::local_folder& folder_of(std::size_t node) {
    return node == 0 ? *folder_ : nodes_[node]->folder.value();
  }
  [[nodiscard]] app::local_folder& folder() { return *folder_; }
  [[nodiscard]] const app::local_secrets& secrets() const { return secrets_; }
  [[nodiscard]] fault_proxy& to_database() { return *to_database_; }
  [[nodiscard]] fault_proxy& to_meta() { return *to_meta_; }
  [[nodiscard]] fault_proxy& to_webhooks() { return *to_webhooks_; }
  /// Ends every trouble of bytes.
  void heal();

  /// Sends PostgreSQL this signal and starts it again after `away`.
  [[nodiscard]] core::status crash_database(int signal, std::chrono::milliseconds away);
  /// Past the proxy, for questions of the checker.
  [[nodiscard]] const std::string& conninfo() const { return database_->conninfo(); }

  /// So that its record is whole. Everything else goes on.
  void stop_simulator() { simulator_->child().stop(); }

private:
  [[nodiscard]] core::status start_database();
  [[nodiscard]] core::status start_simulator();
  [[nodiscard]] core::status start_daemons();
  void write_configuration(std::size_t node);

  torture_settings settings_;
  app::local_secrets secrets_;
  std::optional<app::local_folder> folder_;
  std::unique_ptr<postgres::embedded_cluster> database_;
  std::unique_ptr<fault_proxy> to_database_, to_meta_, to_webhooks_;
  std::unique_ptr<app::simulator_process> simulator_;
  /// The first lives in the folder of the whole, each other in one of its own.
  struct node {
    node(std::optional<app::local_folder> own, const app::local_folder& shared, int port)
        : folder{std::move(own)}, daemon{folder ? *folder : shared, port} {}
    std::optional<app::local_folder> folder;
    app::daemon_process daemon;
  };
  std::vector<std::unique_ptr<node>> nodes_; ///< stopped first
};

} // namespace stentor::load
