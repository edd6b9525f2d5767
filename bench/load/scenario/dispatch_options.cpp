#include "bench/load/scenario/dispatch_options.hpp"

#include "bench/load/harness/recipient_list.hpp"

#include <CLI/CLI.hpp>

namespace stentor::load {
namespace {

std::string checked_setting(const std::string& text) {
  const auto equals = text.find('=');
  const bool good = equals != std::string::npos && equals > 0 && equals + 1 < text.size() &&
                    text.find_first_of("\n#") == std::string::npos;
  return good ? std::string{} : "expected KEY=VALUE, for example connections=2";
}

} // namespace

void add_load_options(CLI::App& to, dispatch_settings& s) {
  to.add_option("--recipients", s.recipients, "How many people the campaign writes to")
      ->check(CLI::Range(std::uint64_t{1}, people_max))
      ->capture_default_str();
  to.add_option("--numbers", s.stack.numbers, "Sending numbers")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  to.add_option("--rate", s.stack.rate, "Messages per second that each number may send")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
}

void add_receipt_options(CLI::App& to, stack_settings& stack) {
  to.add_option("--receipts,--receipts-per-post", stack.receipts_per_post,
                "Receipts come back by webhook, so many per POST; 0: there are none")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  to.add_option("--time-scale", stack.time_scale, "How much faster than in life receipts come")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_stack_options(CLI::App& to, stack_settings& stack) {
  to.add_option("--dispatch", stack.dispatch,
                "KEY=VALUE of the daemon's configuration, section dispatch; repeatable")
      ->check(CLI::Validator{checked_setting, "KEY=VALUE"});
  to.add_flag("--clear", stack.clear, "HTTP/2 in clear text instead of TLS");
  to.add_option("--latency-ms", stack.latency_ms, "How long the simulator takes to answer")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  to.add_option("--error", stack.errors, "CODE=SHARE that the simulator refuses; repeatable")
      ->delimiter(',');
  to.add_option("--streams", stack.streams,
                "Requests at once on one connection, says the simulator")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  to.add_option("--seed", stack.seed, "Of the simulator")->capture_default_str();
  to.add_option("--folder", stack.folder,
                "Where the temporary folder with the database is made; the system's by default")
      ->check(CLI::ExistingDirectory);
  to.add_flag("--keep", stack.keep, "Leave that folder: configuration, logs, truth, database");
}

void add_server_options(CLI::App& to, stack_settings& stack) {
  to.add_option("--server", stack.server,
                "What messages go to: the simulator, or Debian's nginx with an answer like Meta's")
      ->check(CLI::IsMember({"simulator", "nginx"}))
      ->capture_default_str();
  auto* target = to.add_option("--target", stack.target,
                               "URL of a server that answers like Meta, instead of the simulator; "
                               "there is no ground truth then")
                     ->excludes("--clear");
  to.add_option("--ca-file", stack.ca_file, "PEM file to trust the target by")
      ->check(CLI::ExistingFile)
      ->needs(target);
}

} // namespace stentor::load
