#include "bench/torture/torture_command.hpp"

#include "bench/load/harness/recipient_list.hpp"
#include "bench/torture/torture_run.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace stentor::load {
namespace {

struct options {
  torture_settings settings;
  int database_crashes = -1;
  bool json = false;
};

int torture(options given) {
  auto& settings = given.settings;
  // One in ten, unless it was said.
  settings.database_crashes = given.database_crashes < 0
                                  ? (settings.crashes + 9) / 10
                                  : static_cast<unsigned>(given.database_crashes);
  torture_run run{settings};
  const auto report = run.run();
  if (!report) {
    std::fprintf(stderr, "stentor-load: %s\n", report.error().message.c_str());
    return 2;
  }
  std::fputs(to_text(*report).c_str(), stdout);
  if (given.json)
    std::printf("%s\n", to_json(*report).c_str());
  return clean(*report) ? 0 : 1;
}

constexpr const char* description =
    "Sends campaigns while everything around them breaks, and holds the promises against what\n"
    "happened.\n\n"
    "Runs `stentor serve`, PostgreSQL and the simulated Meta as processes in a temporary folder,\n"
    "with fault proxies between daemon and PostgreSQL, daemon and Meta, Meta's webhooks and "
    "daemon.\n"
    "Then, at moments that the seed decides: kill -9 of the daemon (also while it starts), "
    "SIGTERM,\n"
    "SIGSTOP, SIGHUP; kill -9, immediate and fast stops of PostgreSQL; connections that are cut,\n"
    "stalled in one or both directions, slowed down, refused, and cut behind a COMMIT. Meanwhile\n"
    "people stop by webhook and by API, and campaigns are paused, resumed and cancelled. When all\n"
    "is over it prints what was done, and for each promise how often it was broken.\n\n"
    "Exit code 0: every promise was kept; 1: one was broken, and the folder with logs, record and\n"
    "database stays; 2: the run could not be carried out.";

} // namespace

void add_torture_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand("torture", "Breaks everything around a running daemon, and "
                                                "says which promises were kept.");
  sub->description(description);
  const auto given = std::make_shared<options>();
  auto& s = given->settings;
  sub->add_option("--seed", s.seed, "Of the deeds and of the simulator")->capture_default_str();
  sub->add_option("--crashes", s.crashes, "Of the daemon, by kill -9")
      ->check(CLI::Range(0U, 100'000U))
      ->capture_default_str();
  sub->add_option("--database-crashes", given->database_crashes,
                  "Of PostgreSQL; one for ten of the daemon by default")
      ->check(CLI::Range(0, 100'000));
  sub->add_option("--others", s.others_per_crash, "All other deeds, for each crash of the daemon")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  sub->add_option("--nodes", s.nodes, "Daemons on one database")
      ->check(CLI::Range(1U, 9U))
      ->capture_default_str();
  sub->add_option("--every-s", s.every_s, "Seconds between two deeds, in place of random moments")
      ->check(CLI::NonNegativeNumber);
  sub->add_option("--long-freeze-s", s.long_freeze_s,
                  "One daemon stands still for so long, beside the deeds")
      ->check(CLI::NonNegativeNumber);
  sub->add_option("--recipients", s.recipients, "Of all campaigns together")
      ->check(CLI::Range(std::uint64_t{10}, people_max))
      ->capture_default_str();
  sub->add_option("--rate", s.rate, "Messages per second of all numbers together")
      ->check(CLI::Range(1.0, 100'000.0))
      ->capture_default_str();
  sub->add_option("--numbers", s.numbers, "Sending numbers")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  sub->add_option("--doubt-limit", s.doubt_limit,
                  "The largest share of the recipients that may end in doubt, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  sub->add_option("--patience-s", s.patience_s,
                  "How long nothing may move at the end before somebody counts as stuck")
      ->capture_default_str();
  sub->add_option("--folder", s.folder, "Where the temporary folder is made")
      ->check(CLI::ExistingDirectory);
  sub->add_flag("--keep", s.keep, "Leave that folder also when all went well");
  sub->add_flag("--json", given->json, "One JSON object as the last line");
  sub->callback([given, &chosen] { chosen = [given] { return torture(*given); }; });
}

} // namespace stentor::load
