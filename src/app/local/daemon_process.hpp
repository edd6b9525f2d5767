#pragma once
/// A daemon with a database of its own as a process: `stentor serve`, on the configuration of a
/// folder. Main thread only: it dies with the thread that started it.

#include "adapters/process/child_process.hpp"
#include "app/local/local_folder.hpp"
#include "stentor/core/base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::app {

class daemon_process {
public:
  explicit daemon_process(const local_folder& folder, int port) : folder_{folder}, port_{port} {}

  /// Starts it; ready() tells when it can send.
  [[nodiscard]] core::status start();
  [[nodiscard]] bool ready() const;
  [[nodiscard]] bool running();
  /// 0 when it does not run.
  [[nodiscard]] pid_t pid() const noexcept { return child_ ? child_->pid() : 0; }
  void signal(int number) const noexcept;
  /// SIGKILL, without a warning. Its PostgreSQL is the next daemon's business.
  [[nodiscard]] core::status kill();
  void stop() noexcept { child_.reset(); }
  /// After a signal: its exit status; nothing when it still runs after `patience`.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds patience);

  /// Runs `stentor` with these arguments; the output goes to a file of the folder.
  [[nodiscard]] core::result<int> run(std::vector<std::string> arguments, const std::string& output,
                                      std::chrono::milliseconds patience) const;
  /// An admin's API token by `stentor token create`, as an operator would; it lies in the folder's
  /// api-token as well.
  [[nodiscard]] core::result<std::string> make_token() const;

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::filesystem::path log() const { return folder_.file("daemon.log"); }
  /// libpq's connection string of its PostgreSQL; unavailable when it does not answer.
  [[nodiscard]] core::result<std::string> conninfo() const;
  /// PostgreSQL's first process; 0 when it does not run.
  [[nodiscard]] pid_t postmaster() const;

private:
  const local_folder& folder_;
  int port_;
  std::unique_ptr<process::child_process> child_;
};

} // namespace stentor::app
