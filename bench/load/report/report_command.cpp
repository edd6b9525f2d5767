/// `stentor-load report`.

#include "bench/checker/truth_report.hpp"
#include "bench/load/scenario/commands.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace stentor::load {
namespace {

struct options {
  std::string ground_truth_file;
  std::string database;
  std::string campaign;
  int wait_s = 30;
  bool json = false;
};

int report(const options& given) {
  const auto fail = [](const core::error& problem) {
    std::fprintf(stderr, "stentor-load: %s\n", problem.message.c_str());
    return 2;
  };
  const auto facts = read_ground_truth(given.ground_truth_file);
  if (!facts)
    return fail(facts.error());
  std::int32_t campaign_no = 0;
  const auto database = read_recipients(given.database, given.campaign, given.wait_s, campaign_no);
  if (!database)
    return fail(database.error());
  const auto result = compare(*facts, *database, campaign_no);
  std::fputs((given.json ? to_json(result) + "\n" : to_text(result)).c_str(), stdout);
  return clean(result) ? 0 : 1;
}

} // namespace

void add_report_command(CLI::App& program, command& chosen) {
  auto* sub =
      program.add_subcommand("report", "Compares a simulator's truth file with the daemon's "
                                       "database; exit code 1 when something must not be.");
  const auto given = std::make_shared<options>();
  sub->add_option("--truth", given->ground_truth_file, "File of simulate-meta --truth-file")
      ->required();
  sub->add_option("--database", given->database, "libpq connection string")->required();
  sub->add_option("--campaign", given->campaign, "UUID; without it all campaigns");
  sub->add_option("--wait-s", given->wait_s, "How long to wait for the projection")
      ->capture_default_str();
  sub->add_flag("--json", given->json, "One JSON object");
  sub->callback([given, &chosen] { chosen = [given] { return report(*given); }; });
}

} // namespace stentor::load
