#pragma once
/// Everything on this machine: a temporary folder, a simulated Meta, a daemon with a private
/// PostgreSQL, and a token to talk to it. The demo runs in one, and so do the load scenarios.
/// Everything ends with this object. Main thread only: the children die with the thread that
/// started them.

#include "adapters/process/child_process.hpp"
#include "app/cli/admin_client.hpp"
#include "app/local/configuration_writer.hpp"
#include "app/local/daemon_process.hpp"
#include "app/local/local_folder.hpp"
#include "app/local/simulator_process.hpp"
#include "stentor/core/base/result.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::app {

struct local_settings {
  std::string name = "stentor-local"; ///< of the temporary folder
  std::filesystem::path parent = {};  ///< where it is made; empty: where the system keeps such
  bool keep = false;                  ///< leave the folder
  std::string organization = "Local";
  unsigned numbers = 10;
  double messages_per_second = 80;         ///< of each number
  std::string configuration = {};          ///< further sections of the daemon's YAML
  bool tls = true;                         ///< between daemon and simulator
  bool webhooks = true;                    ///< receipts from the simulator
  std::vector<std::string> simulator = {}; ///< further arguments of simulate-meta
};

class local_stack {
public:
  explicit local_stack(local_settings settings);
  local_stack(const local_stack&) = delete;
  local_stack& operator=(const local_stack&) = delete;
  ~local_stack();

  /// Folder, secrets and numbers; first of all.
  [[nodiscard]] core::status prepare();
  /// Then one of the two: the simulator, or another server that answers like Meta.
  [[nodiscard]] core::status start_simulator();
  void use_server(std::string url, std::string ca_file,
                  std::unique_ptr<process::child_process> child);
  /// Starts the daemon on the folder as it is and waits until it can send.
  [[nodiscard]] core::status start_daemon();
  /// A client of the daemon's admin API with a token of its own.
  [[nodiscard]] core::result<std::unique_ptr<remote>>
  connect(std::chrono::milliseconds timeout = std::chrono::seconds{60});

  /// Ends the simulator, so that its record is whole. The daemon goes on.
  void stop_simulator();
  /// Repeats `done` every `pause` until it says yes; unavailable after `patience`, at Ctrl-C, or
  /// when a child has died.
  [[nodiscard]] core::status wait_until(const std::string& what, std::chrono::seconds patience,
                                        std::chrono::milliseconds pause,
                                        const std::function<bool()>& done);

  void keep() noexcept;
  [[nodiscard]] const local_folder& folder() const { return *folder_; }
  [[nodiscard]] daemon_process& daemon() { return *daemon_; }
  [[nodiscard]] const local_settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const std::vector<std::string>& number_ids() const noexcept { return number_ids_; }
  [[nodiscard]] const std::string& meta_url() const noexcept { return meta_url_; }
  /// The process that plays Meta; 0 when that is not ours.
  [[nodiscard]] pid_t simulator_pid() const noexcept;

private:
  [[nodiscard]] core::status look_at_children();

  local_settings settings_;
  local_secrets secrets_;
  std::vector<std::string> number_ids_;
  std::string meta_url_, ca_file_;
  std::optional<local_folder> folder_;
  std::unique_ptr<simulator_process> simulator_;
  std::unique_ptr<process::child_process> other_server_;
  std::optional<daemon_process> daemon_; ///< stopped first
};

} // namespace stentor::app
