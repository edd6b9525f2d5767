#include "tests/support/daemon_process.hpp"

#include "adapters/process/text_file.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace stentor::testing {

void daemon_process::start() {
  if (const auto started = process_.start(); !started)
    throw std::runtime_error{started.error().message};
  const auto until = std::chrono::steady_clock::now() + 60s;
  while (!process_.ready()) {
    if (!process_.running() || std::chrono::steady_clock::now() > until)
      throw std::runtime_error{"the daemon did not start:\n" + last_words()};
    std::this_thread::sleep_for(50ms);
  }
}

int daemon_process::stop(int signal, std::chrono::seconds patience) {
  process_.signal(signal);
  const auto status = process_.wait(patience);
  if (!status) {
    ADD_FAILURE() << "the daemon did not end:\n" << last_words();
    static_cast<void>(process_.kill());
  }
  return status.value_or(-1);
}

std::int64_t daemon_process::rss_kb() const {
  std::ifstream status{"/proc/" + std::to_string(process_.pid()) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:"))
      return std::stoll(line.substr(6));
  return -1;
}

std::string daemon_process::log() const {
  return process::text_of(process_.log());
}

std::string daemon_process::last_words() const {
  constexpr std::size_t lines = 30;
  return "the daemon's log ends with:" + process::log_tail(process_.log(), lines);
}

std::size_t daemon_process::log_count(std::string_view what) const {
  const auto text = log();
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++n;
  return n;
}

ended daemon_process::run(std::vector<std::string> arguments, std::chrono::seconds patience) {
  const auto output = "run-" + std::to_string(++runs_);
  const auto status = process_.run(std::move(arguments), output, patience);
  return {status ? *status : -1, process::text_of(folder_.file(output))};
}

ended daemon_process::cli(std::vector<std::string> arguments, std::chrono::seconds patience) {
  arguments.insert(arguments.end(), {"--url", url(), "--token-file", folder_.api_token().string()});
  return run(std::move(arguments), patience);
}

std::pair<std::string, std::string> daemon_process::make_token(const std::string& organization,
                                                               const std::string& role) {
  const auto made =
      run({"token", "create", "--config", folder_.configuration().string(), "--organization",
           organization, "--name", "tests", "--role", role, "--json"});
  const auto at = made.output.find('{');
  const auto parsed =
      nlohmann::json::parse(at == std::string::npos ? "" : made.output.substr(at), nullptr, false);
  if (made.status != 0 || !parsed.is_object())
    throw std::runtime_error{"no token: " + made.output};
  return {parsed.value("id", ""), parsed.value("token", "")};
}

bool daemon_process::wait(const std::string& what, std::chrono::seconds patience,
                          const std::function<bool()>& done) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > until) {
      ADD_FAILURE() << "waited " << patience.count() << " s for " << what << "\n" << last_words();
      return false;
    }
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

} // namespace stentor::testing
