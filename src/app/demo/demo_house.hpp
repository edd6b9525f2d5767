#pragma once
/// What the demo runs in: a temporary folder, the simulator and the daemon as child processes, and
/// their configuration. Main thread only: the children die with the thread that started them.
/// Everything ends with this object.

#include "app/cli/command_line.hpp"
#include "stentor/core/base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stentor::app {

/// True once Ctrl-C or SIGTERM came; set by the handlers that watch_signals() installs.
[[nodiscard]] bool interrupted() noexcept;
void watch_signals();

/// A child process that ends with this object: SIGTERM first, SIGKILL when it doesn't listen.
class demo_child {
public:
  [[nodiscard]] static core::result<std::unique_ptr<demo_child>>
  start(std::vector<std::string> arguments, const std::filesystem::path& output);
  demo_child(const demo_child&) = delete;
  demo_child& operator=(const demo_child&) = delete;
  ~demo_child();
  [[nodiscard]] bool running();
  /// Waits for its end; the exit status, or unavailable after `patience` or at Ctrl-C.
  [[nodiscard]] core::result<int> finish(std::chrono::milliseconds patience);

private:
  explicit demo_child(pid_t pid) : pid_{pid} {}
  pid_t pid_;
};

class demo_house {
public:
  explicit demo_house(const demo_options& options) : options_{options} {}
  demo_house(const demo_house&) = delete;
  demo_house& operator=(const demo_house&) = delete;
  ~demo_house();

  /// Makes the folder, the secrets and the list of numbers.
  [[nodiscard]] core::status prepare();
  [[nodiscard]] core::status start_simulator();
  /// Starts the daemon and waits until it is ready to send.
  [[nodiscard]] core::status start_daemon();
  /// An API token by `stentor token create`, as an operator would.
  [[nodiscard]] core::result<std::string> make_token();
  /// What the simulator knows to be true against what the database says: the JSON of `stentor-load
  /// report`.
  [[nodiscard]] core::result<std::string> truth_report(const std::string& campaign);

  /// The folder is not removed at the end.
  void keep() noexcept { options_.keep = true; }
  [[nodiscard]] bool kept() const noexcept { return options_.keep; }
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string simulator_url() const { return simulator_url_; }
  [[nodiscard]] std::string config_path() const { return (folder_ / "stentor.yaml").string(); }
  [[nodiscard]] std::size_t numbers() const noexcept { return number_ids_.size(); }
  [[nodiscard]] int number_rate() const noexcept { return rate_; }
  /// Repeats `done` until it says yes; unavailable after `patience`, at Ctrl-C, or when a child has
  /// died.
  [[nodiscard]] core::status wait_until(const std::string& what, std::chrono::seconds patience,
                                        const std::function<bool()>& done);

private:
  [[nodiscard]] core::status write_configuration();
  [[nodiscard]] std::string last_words(const std::string& log) const;

  demo_options options_;
  std::filesystem::path folder_, programs_;
  std::vector<std::string> number_ids_;
  int rate_ = 500;
  int port_ = 0;
  std::string simulator_url_, certificate_;
  std::unique_ptr<demo_child> simulator_, daemon_; ///< the daemon is stopped first
};

} // namespace stentor::app
