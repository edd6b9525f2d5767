#pragma once
/// What the end-to-end tests live in: a temporary folder, the simulated Meta (in this process, on a
/// thread of its own), a real `stentor serve` with its embedded PostgreSQL, and ways to look at all
/// of them from outside. Expensive to start, so a test program has one and every test leaves it
/// usable. Thread contract: the main thread only; the daemon dies with the thread that started it.

#include "bench/load/report/report.hpp"
#include "bench/simulator/simulator.hpp"
#include "stentor/ports/delivery/message_gateway.hpp"

#include <nlohmann/json.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::testing {

using nlohmann::json;
using namespace std::chrono_literals;

/// Whether the programs carry a sanitizer, which keeps memory of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// What the admin API, or any other address of the daemon, said.
struct answer {
  int status = 0;   ///< 0: nobody answered
  std::string text; ///< the body, or why nobody answered
  [[nodiscard]] json body() const { return json::parse(text, nullptr, false); }
};

/// How a program ended, and everything it wrote to its standard output and standard error.
struct ended {
  int status = -1; ///< 128 + signal when one killed it, -1 when it did not end in time
  std::string output;
};

/// A campaign that was made by a test.
struct made_campaign {
  std::string id;
  std::int32_t no = 0;
  std::vector<std::string> phones; ///< with +, in the order of the list
};

class house {
public:
  /// Starts everything; throws std::runtime_error with the daemon's last words when it can't.
  house();
  ~house();
  house(const house&) = delete;
  house& operator=(const house&) = delete;

  /// The one of this program: made at the first call, ended after the last test.
  static house& one();

  /// Puts right what the last test left: daemon and simulator run, no fault, nothing is sending.
  void tidy();

  // -- the daemon
  void start_daemon();
  /// @return its exit status, or 128 + signal
  int stop_daemon(int signal, std::chrono::seconds patience = 40s);
  void signal_daemon(int signal) const;
  [[nodiscard]] pid_t daemon() const noexcept { return daemon_; }
  [[nodiscard]] bool daemon_runs();
  [[nodiscard]] std::int64_t daemon_rss_kb() const;
  [[nodiscard]] std::string log() const;        ///< all of it
  [[nodiscard]] std::string last_words() const; ///< its end, for failures
  /// How often the daemon's log says this.
  [[nodiscard]] std::size_t said(std::string_view what) const;
  [[nodiscard]] pid_t postmaster() const;
  /// A second `stentor` with these arguments, and --config, --url or --token-file where they
  /// belong.
  ended run(std::vector<std::string> arguments, std::chrono::seconds patience = 60s);
  ended cli(std::vector<std::string> arguments, std::chrono::seconds patience = 60s);

  // -- the admin API
  answer call(std::string_view method, const std::string& target, const std::string& body = {},
              const std::string& type = "application/json");
  answer call_as(const std::string& token, std::string_view method, const std::string& target,
                 const std::string& body = {}, const std::string& type = "application/json");
  /// Made by `stentor token create`: id and token.
  std::pair<std::string, std::string> make_token(const std::string& organization,
                                                 const std::string& role);
  /// One signed webhook; `signature` replaces the right one.
  answer webhook(const std::string& body, std::optional<std::string> signature = {});
  /// Meta's envelope of a person's text message.
  [[nodiscard]] static std::string text_message(const std::string& phone, const std::string& text);
  /// A person's "stop" in WhatsApp's own settings.
  [[nodiscard]] static std::string stop_preference(const std::string& phone);

  // -- campaigns
  /// So many people whom no other test uses.
  std::vector<std::string> people(int count);
  made_campaign create(int people_count, const json& changes = json::object());
  made_campaign create_for(std::vector<std::string> phones, const json& changes = json::object());
  made_campaign launch(int people_count, const json& changes = json::object());
  void send(const made_campaign& c);
  json get(const made_campaign& c);
  json stats(const made_campaign& c);
  [[nodiscard]] std::string state_of(const made_campaign& c, std::size_t index);
  static std::string path(const made_campaign& c, std::string_view rest = {});
  /// Waits for the campaign's end, the last receipt and the projection, and compares.
  load::truth_report settled(const made_campaign& c, std::chrono::seconds patience = 60s);
  /// Whether nothing was lost, sent twice, too fast, or to somebody who said stop.
  static std::string blame(const load::truth_report& r);

  // -- the simulator
  void faults(const json& changes);
  json figures();
  /// All that came since the test began.
  load::truth truth();
  /// Accepted sends of a campaign since the test began.
  std::size_t accepted(const made_campaign& c);
  void stop_simulator();
  void start_simulator();

  // -- the database and the rest
  std::string sql(const std::string& query);
  std::int64_t count(const std::string& query) { return std::stoll(sql(query)); }
  /// 1 when the person is suppressed, otherwise 0.
  std::int64_t stops_of(const std::string& phone) {
    return count("SELECT count(*) FROM suppression WHERE phone = " + phone.substr(1));
  }
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] std::string configuration_file() const {
    return (folder_ / "stentor.yaml").string();
  }
  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] const std::string& number(std::size_t i) const { return numbers_.at(i); }
  [[nodiscard]] double rate() const noexcept { return rate_; }
  void write(const std::string& file, std::string_view text) const;
  void write_configuration(const std::string& more = {}) const;
  /// Looks every 20 ms. @return false after `patience`, with a failure that names `what`
  bool wait(const std::string& what, std::chrono::seconds patience,
            const std::function<bool()>& done);
  bool wait_status(const made_campaign& c, const std::string& status,
                   std::chrono::seconds patience = 60s);

private:
  void end();
  struct silent_stops;
  struct silent_outcomes;

  pid_t spawn(std::vector<std::string> arguments, const std::filesystem::path& output);
  answer control(const std::string& method, const std::string& path, const std::string& body);
  load::truth whole_truth();
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::filesystem::path folder_;
  std::vector<std::string> numbers_;
  double rate_ = 250;
  int port_ = 0;
  std::uint16_t simulator_port_ = 0;
  int simulators_ = 0;
  pid_t daemon_ = 0;
  int runs_ = 0;
  std::uint64_t next_person_ = 0;
  std::string token_;
  std::unique_ptr<silent_stops> stops_;
  std::unique_ptr<silent_outcomes> outcomes_;
  std::unique_ptr<load::meta_simulator> simulator_;
  std::unique_ptr<ports::gateway> wire_;
  std::vector<load::truth> past_; ///< of simulators that were stopped
  std::size_t begin_ = 0;         ///< requests before this test
};

/// Microseconds since the epoch, for comparing with the simulator's record.
[[nodiscard]] std::int64_t now_us();

} // namespace stentor::testing
