#pragma once
/// What a scenario runs in: a temporary folder, the simulator and the daemon as child processes,
/// and their configuration. Everything ends with this object. Main thread only: the children die
/// with the thread that started them.

#include "stentor/core/base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace stentor::load {

/// True once Ctrl-C or SIGTERM came; set by the handlers that watch_signals() installs.
[[nodiscard]] bool interrupted() noexcept;
void watch_signals();

struct house_settings {
  unsigned numbers = 50;
  double rate = 1000;             ///< messages per second of a number
  bool clear = false;             ///< HTTP/2 in clear text
  unsigned receipts_per_post = 0; ///< 0: no webhooks
  double time_scale = 720;        ///< how much faster than in life receipts come
  double latency_ms = 0;          ///< of the simulator's answers
  std::uint32_t streams = 1000;   ///< at once on one connection
  std::uint64_t seed = 1;
  std::string server = "simulator"; ///< or "nginx"
  std::string target;  ///< URL of a server that answers like Meta; empty: the simulator
  std::string ca_file; ///< PEM to trust the target by
  std::vector<std::string> dispatch; ///< "key=value" for the daemon's section `dispatch`
  /// How long a message whose answer was lost waits for a receipt; 0: the daemon's own default.
  unsigned in_doubt_wait_s = 0;
  /// A number more that only the simulator knows, without a limit: for another client's requests,
  /// which may all go to the same person.
  std::string spare_number;
  std::string folder; ///< where the temporary folder is made; empty: the system's
  bool keep = false;  ///< leave the folder
};

/// The daemon's configuration as YAML; its relative paths count from the house's folder.
[[nodiscard]] std::string daemon_configuration(const house_settings& settings,
                                               const std::vector<std::string>& number_ids,
                                               const std::string& base_url,
                                               const std::string& ca_file, int port);

class daemon_house {
public:
  explicit daemon_house(house_settings settings) : settings_{std::move(settings)} {}
  daemon_house(const daemon_house&) = delete;
  daemon_house& operator=(const daemon_house&) = delete;
  ~daemon_house();

  /// Makes the folder, starts the simulator (without a target) and the daemon, and waits until it
  /// can send.
  [[nodiscard]] core::status open();
  /// An API token by `stentor token create`, as an operator would.
  [[nodiscard]] core::result<std::string> make_token();
  /// SIGKILL, without a warning. Its PostgreSQL is the next daemon's business.
  [[nodiscard]] core::status kill_daemon();
  /// Starts it on the folder as it is and waits until it can send.
  [[nodiscard]] core::status start_daemon();
  /// Ends the simulator, so that its truth file is whole. The daemon goes on.
  void stop_simulator();
  /// True when messages go to something else than the simulator, so that there is no truth file.
  [[nodiscard]] bool foreign_server() const {
    return !settings_.target.empty() || settings_.server == "nginx";
  }
  /// Repeats `done` every `pause` until it says yes; unavailable after `patience`, at Ctrl-C, or
  /// when a child has died.
  [[nodiscard]] core::status wait_until(const std::string& what, std::chrono::seconds patience,
                                        std::chrono::milliseconds pause,
                                        const std::function<bool()>& done);

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] const std::vector<std::string>& number_ids() const noexcept { return number_ids_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] const std::string& meta_url() const noexcept { return meta_url_; }
  [[nodiscard]] std::filesystem::path truth_file() const { return folder_ / "truth"; }
  /// libpq's connection string of the embedded PostgreSQL.
  [[nodiscard]] std::string conninfo() const;
  [[nodiscard]] pid_t daemon() const noexcept { return daemon_; }
  [[nodiscard]] pid_t simulator() const noexcept { return simulator_; }
  /// PostgreSQL's first process; 0 when it does not run.
  [[nodiscard]] pid_t postmaster() const;

private:
  [[nodiscard]] core::status make_folder();
  [[nodiscard]] core::status start_simulator();
  [[nodiscard]] core::status start_nginx();
  [[nodiscard]] core::status lasts(pid_t& child, const char* name, const char* log);
  [[nodiscard]] std::string last_words(const std::string& log) const;

  house_settings settings_;
  std::filesystem::path folder_, programs_;
  std::vector<std::string> number_ids_;
  std::string meta_url_, certificate_;
  int port_ = 0;
  pid_t simulator_ = 0, daemon_ = 0;
};

} // namespace stentor::load
