/// `stentor-load report`.

#include "bench/load/report/report.hpp"
#include "bench/load/scenario/commands.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

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

std::string to_json(const truth_report& r) {
  const nlohmann::ordered_json all{{"requests", r.requests},
                                   {"accepted", r.accepted},
                                   {"refused", r.refused},
                                   {"foreign", r.foreign},
                                   {"recipients", r.recipients},
                                   {"screened", r.screened},
                                   {"in_doubt", r.in_doubt},
                                   {"unfinished", r.unfinished},
                                   {"duplicates", r.duplicates},
                                   {"resent", r.resent},
                                   {"lost", r.lost},
                                   {"unknown_acceptances", r.unknown_acceptances},
                                   {"wrong_states", r.wrong_states},
                                   {"rate_violations", r.rate_violations},
                                   {"rate_violations_strict", r.rate_violations_strict},
                                   {"stop_violations", r.stop_violations},
                                   {"utilisation", r.utilisation},
                                   {"seconds", r.seconds}};
  return all.dump();
}

std::string to_text(const truth_report& r) {
  const auto line = [](const char* name, std::uint64_t value, const char* meaning) {
    char text[160];
    std::snprintf(text, sizeof text, "%-24s %12llu  %s\n", name,
                  static_cast<unsigned long long>(value), meaning);
    return std::string{text};
  };
  auto text =
      line("requests", r.requests, "sends that came") + line("accepted", r.accepted, "of these") +
      line("refused", r.refused, "of these") +
      line("foreign", r.foreign, "accepted, of no campaign of this database") +
      line("recipients", r.recipients, "in the database") +
      line("screened", r.screened, "kept back at import") +
      line("in doubt", r.in_doubt, "or held, says the database") +
      line("unfinished", r.unfinished, "campaigns that go on") +
      line("duplicates", r.duplicates, "must be 0") +
      line("resent", r.resent, "in doubt, under the policy resend") +
      line("lost", r.lost, "must be 0") +
      line("unknown acceptances", r.unknown_acceptances, "must be 0") +
      line("wrong states", r.wrong_states, "must be 0") +
      line("rate violations", r.rate_violations, "must be 0") +
      line("by moment of reading", r.rate_violations_strict, "can come from queueing here") +
      line("stop violations", r.stop_violations, "must be 0");
  char end[120];
  std::snprintf(end, sizeof end,
                "utilisation of the numbers' limits %.4f, %.3f s from first to last acceptance\n",
                r.utilisation, r.seconds);
  return text + end;
}

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
