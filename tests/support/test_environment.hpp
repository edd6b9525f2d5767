#pragma once
/// What the end-to-end tests live in: a temporary folder, the simulated Meta, a real daemon with
/// its embedded PostgreSQL, and ways to look at all of them from outside. Expensive to start, so a
/// test program has one and every test leaves it usable. Thread contract: the main thread only; the
/// daemon dies with the thread that started it.

#include "app/local/configuration_writer.hpp"
#include "app/local/local_folder.hpp"
#include "tests/support/admin_client.hpp"
#include "tests/support/campaign_driver.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/database_probe.hpp"
#include "tests/support/simulator_handle.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::testing {

class test_environment {
  // Before the handles, which know the folder's place and the numbers.
  app::local_secrets secrets_{.token = "first-token",
                              .app_secret = "a secret of the tests",
                              .verify_token = "a word of the tests"};
  app::local_folder folder_;
  std::vector<std::string> numbers_{first_number, "106540352242902", "106540352242903"};
  int port_;

public:
  /// Starts everything; throws std::runtime_error with the daemon's last words when it can't.
  test_environment();
  ~test_environment();
  test_environment(const test_environment&) = delete;
  test_environment& operator=(const test_environment&) = delete;

  /// The one of this program: made at the first call, ended after the last test.
  static test_environment& one();

  /// Puts right what the last test left: daemon and simulator run, no fault, nothing is sending.
  void reset();

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_.path(); }
  [[nodiscard]] std::string configuration_file() const { return folder_.configuration().string(); }
  [[nodiscard]] const std::string& number(std::size_t i) const { return numbers_.at(i); }
  [[nodiscard]] std::size_t number_count() const noexcept { return numbers_.size(); }
  /// Messages per second of each number.
  [[nodiscard]] double rate() const noexcept { return rate_; }
  void write(const std::string& file, std::string_view text) const;
  /// @param more further sections as YAML
  void write_configuration(const std::string& more = {}) const;

private:
  static constexpr double rate_ = 250;
  [[nodiscard]] load::simulator_settings simulator_settings() const;

public:
  simulator_handle simulator;
  daemon_process daemon; ///< stopped before the simulator
  admin_client api;
  database_probe database;
  campaign_driver campaigns;
};

} // namespace stentor::testing
