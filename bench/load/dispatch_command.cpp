/// `stentor-load dispatch`.

#include "bench/load/commands.hpp"
#include "bench/load/dispatch_scenario.hpp"
#include "bench/load/recipient_list.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace stentor::load {
namespace {

int dispatch(const dispatch_settings& settings, bool json) {
  const auto measure = run_dispatch(settings);
  if (!measure) {
    std::fprintf(stderr, "stentor-load: %s\n", measure.problem().message.c_str());
    return 2;
  }
  std::fputs(to_text(*measure).c_str(), stdout);
  if (json)
    std::fputs((to_json(*measure) + "\n").c_str(), stdout);
  return clean(*measure) ? 0 : 1;
}

std::string checked_setting(const std::string& text) {
  const auto equals = text.find('=');
  const bool good = equals != std::string::npos && equals > 0 && equals + 1 < text.size() &&
                    text.find_first_of("\n#") == std::string::npos;
  return good ? std::string{} : "expected KEY=VALUE, for example connections=2";
}

void add_load_options(CLI::App& to, dispatch_settings& s) {
  to.add_option("--recipients", s.recipients, "How many people the campaign writes to")
      ->check(CLI::Range(std::uint64_t{1}, people_max))
      ->capture_default_str();
  to.add_option("--numbers", s.house.numbers, "Sending numbers")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  to.add_option("--rate", s.house.rate, "Messages per second that each number may send")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
  to.add_option("--receipts", s.house.receipts_per_post,
                "Receipts come back by webhook, so many per POST; without it there are none")
      ->check(CLI::Range(1, 1000));
  to.add_option("--time-scale", s.house.time_scale, "How much faster than in life receipts come")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  to.add_option("--dispatch", s.house.dispatch,
                "KEY=VALUE of the daemon's configuration, section dispatch; repeatable")
      ->check(CLI::Validator{checked_setting, "KEY=VALUE"});
}

void add_place_options(CLI::App& to, house_settings& house) {
  auto* clear = to.add_flag("--clear", house.clear, "HTTP/2 in clear text instead of TLS");
  auto* target = to.add_option("--target", house.target,
                               "URL of a server that answers like Meta, instead of the simulator; "
                               "there is no ground truth then")
                     ->excludes(clear);
  to.add_option("--ca-file", house.ca_file, "PEM file to trust the target by")
      ->check(CLI::ExistingFile)
      ->needs(target);
  to.add_option("--latency-ms", house.latency_ms, "How long the simulator takes to answer")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  to.add_option("--streams", house.streams,
                "Requests at once on one connection, says the simulator")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  to.add_option("--seed", house.seed, "Of the simulator")->capture_default_str();
  to.add_option("--folder", house.folder,
                "Where the temporary folder with the database is made; the system's by default")
      ->check(CLI::ExistingDirectory);
  to.add_flag("--keep", house.keep, "Leave that folder: configuration, logs, truth, database");
}

} // namespace

void add_dispatch_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "dispatch", "Sends a campaign through a daemon of its own and measures it.");
  sub->description(
      "Sends a campaign through a daemon of its own and measures it.\n\n"
      "Starts the simulator of Meta and `stentor serve` with an embedded PostgreSQL in a "
      "temporary\n"
      "folder, imports invented recipients by the admin API, sends, and waits for the end. Then "
      "it\n"
      "prints messages per second, CPU time per message of each process, memory, write-ahead log,\n"
      "and holds the simulator's own record against the database. All processes share this "
      "machine.\n\n"
      "Exit code 0: completed, nothing lost, sent twice or too fast; 1: something of that is not "
      "so;\n"
      "2: the scenario could not run.");
  const auto given = std::make_shared<dispatch_settings>();
  const auto json = std::make_shared<bool>(false);
  add_load_options(*sub, *given);
  add_place_options(*sub, given->house);
  sub->add_flag("--json", *json, "One JSON object as the last line");
  sub->callback(
      [given, json, &chosen] { chosen = [given, json] { return dispatch(*given, *json); }; });
}

} // namespace stentor::load
