#pragma once
/// A real `stentor serve` with its embedded PostgreSQL, seen from outside, and `stentor` commands
/// beside it. Main thread only: it dies with the thread that started it.

#include "app/local/daemon_process.hpp"
#include "app/local/local_folder.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::testing {

using namespace std::chrono_literals;

/// Whether the programs carry a sanitizer, which keeps memory of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// How a program ended, and everything it wrote to its standard output and standard error.
struct ended {
  int status = -1; ///< 128 + signal when one killed it, -1 when it did not end in time
  std::string output;
};

class daemon_process {
public:
  daemon_process(const app::local_folder& folder, int port)
      : folder_{folder}, process_{folder, port} {}

  /// Waits until it can send; throws std::runtime_error with its last words when it can't.
  void start();
  /// @return its exit status, or 128 + signal
  int stop(int signal, std::chrono::seconds patience = 40s);
  void signal(int number) const { process_.signal(number); }
  [[nodiscard]] bool running() { return process_.running(); }
  [[nodiscard]] std::int64_t rss_kb() const;
  [[nodiscard]] std::string log() const;        ///< all of it
  [[nodiscard]] std::string last_words() const; ///< its end, for failures
  /// How often its log says this.
  [[nodiscard]] std::size_t log_count(std::string_view what) const;
  [[nodiscard]] pid_t postmaster() const { return process_.postmaster(); }
  [[nodiscard]] int port() const noexcept { return process_.port(); }
  [[nodiscard]] std::string url() const { return process_.url(); }

  /// `stentor` with these arguments, and --config where it belongs.
  ended run(std::vector<std::string> arguments, std::chrono::seconds patience = 60s);
  /// The same with the daemon's --url and --token-file.
  ended cli(std::vector<std::string> arguments, std::chrono::seconds patience = 60s);
  /// Made by `stentor token create`: id and token.
  std::pair<std::string, std::string> make_token(const std::string& organization,
                                                 const std::string& role);

  /// Looks every 20 ms. @return false after `patience`, with a failure that names `what`
  bool wait(const std::string& what, std::chrono::seconds patience,
            const std::function<bool()>& done) const;

private:
  const app::local_folder& folder_;
  app::daemon_process process_;
  int runs_ = 0;
};

} // namespace stentor::testing
