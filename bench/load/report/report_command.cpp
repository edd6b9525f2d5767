/// `stentor-load report`.

#include "adapters/process/text_file.hpp"
#include "bench/checker/leaks.hpp"
#include "bench/checker/truth_report.hpp"
#include "bench/load/scenario/commands.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace stentor::load {
namespace {

struct options {
  std::string ground_truth_file;
  std::string database;
  std::string campaign;
  std::string list; ///< the imported file
  std::vector<std::string> logs;
  std::vector<std::string> secrets; ///< files that hold one each
  bool over = false;
  int wait_s = 30;
  bool json = false;
};

/// What the files beside database and record bear witness to.
core::result<witness> witness_of(const options& given, const database_rows& database,
                                 std::int32_t campaign_no) {
  witness beside;
  beside.over = given.over;
  const auto stopped = read_stopped(given.database);
  if (!stopped)
    return stopped.error();
  beside.knows_stops = true;
  beside.stopped = *stopped;
  if (!given.list.empty())
    beside.lists.push_back({campaign_no, listed_people(process::text_of(given.list))});
  secrets known;
  for (const auto& file : given.secrets)
    known.texts.push_back(process::last_line(process::text_of(file)));
  for (const auto& [no, rows] : database)
    for (const auto& row : rows.by_seq)
      if (row.phone != 0)
        known.phones.insert(row.phone);
  for (const auto& log : given.logs) {
    const auto found = count_leaks(process::text_of(log), known);
    beside.leaks += found.count;
    for (const auto& place : found.places)
      std::fprintf(stderr, "stentor-load: %s, %s\n", log.c_str(), place.c_str());
  }
  return beside;
}

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
  const auto beside = witness_of(given, *database, campaign_no);
  if (!beside)
    return fail(beside.error());
  const auto result = compare(*facts, *database, campaign_no, *beside);
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
  auto* campaign = sub->add_option("--campaign", given->campaign, "UUID; without it all campaigns");
  sub->add_option("--list", given->list,
                  "The imported file: the first number with + of each line must be in the database")
      ->check(CLI::ExistingFile)
      ->needs(campaign);
  sub->add_option("--log", given->logs,
                  "A log that may hold no phone number of the database and none of the secrets; "
                  "repeatable")
      ->check(CLI::ExistingFile);
  sub->add_option("--secret-file", given->secrets, "What no log may hold; repeatable")
      ->check(CLI::ExistingFile);
  sub->add_flag("--over", given->over,
                "Nothing hinders the daemon any more: whoever still waits is stuck");
  sub->add_option("--wait-s", given->wait_s, "How long to wait for the projection")
      ->capture_default_str();
  sub->add_flag("--json", given->json, "One JSON object");
  sub->callback([given, &chosen] { chosen = [given] { return report(*given); }; });
}

} // namespace stentor::load
