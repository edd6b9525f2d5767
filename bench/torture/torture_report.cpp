#include "bench/torture/torture_report.hpp"

#include "bench/load/report/text.hpp"

#include <nlohmann/json.hpp>

namespace stentor::load {
namespace {

/// Without those whose requests a cut threw away: they were on their way.
double doubt_share(const torture_report& r) {
  return r.truth.recipients == 0 ? 0
                                 : static_cast<double>(r.truth.in_doubt - r.truth.in_doubt_cut) /
                                       static_cast<double>(r.truth.recipients);
}

std::string count_line(const char* name, std::uint64_t count, std::string_view meaning = "") {
  return line("  %-28s %10llu  %.*s", name, static_cast<unsigned long long>(count),
              static_cast<int>(meaning.size()), meaning.data());
}

std::string promise_line(std::string_view name, std::uint64_t count, std::string_view meaning) {
  std::string words{name};
  for (auto& c : words)
    c = c == '_' ? ' ' : c;
  return line("  %-6s %-21s %10llu  %.*s", count == 0 ? "kept" : "BROKEN", words.c_str(),
              static_cast<unsigned long long>(count), static_cast<int>(meaning.size()),
              meaning.data());
}

std::string figures_text(const torture_report& r) {
  auto text =
      count_line("crashes of the daemon", r.daemon_crashes, "kill -9") +
      count_line("crashes of PostgreSQL", r.database_crashes, "kill -9, immediate and fast stops") +
      count_line("connections cut", r.connections_cut) +
      count_line("COMMITs without an answer", r.commits_lost);
  for (const auto& [name, count] : r.deeds)
    text += count_line(("  " + std::string{name}).c_str(), count);
  text += count_line("ends with a word why", r.gave_up, "of the daemon, without PostgreSQL") +
          count_line("odd messages", r.odd_messages, "times and ids that no database takes") +
          count_line("stops by the API", r.stops) + count_line("pauses", r.pauses) +
          count_line("resumes", r.resumes) + count_line("cancels", r.cancels) +
          line("  %-28s %10.1f  s", "all of it took", r.seconds) +
          line("  %-28s %10.1f  MB", "most memory of a daemon",
               static_cast<double>(r.memory_peak) / 1e6) +
          count_line("slowest start", static_cast<std::uint64_t>(r.slowest_start_ms), "ms") +
          count_line("recipients", r.truth.recipients) + count_line("accepted", r.truth.accepted) +
          count_line("in doubt or held", r.truth.in_doubt) +
          count_line("  of these never sent", r.truth.in_doubt_unsent,
                     "the simulator saw no request for them") +
          count_line("  of these lost by a cut", r.truth.in_doubt_cut,
                     "on their way when a connection was cut") +
          count_line("resent by policy", r.truth.resent, "in doubt, under the policy resend");
  return text;
}

} // namespace

bool clean(const torture_report& r) {
  return clean(r.truth) && r.died == 0 && r.hung == 0 && doubt_share(r) <= r.settings.doubt_limit;
}

std::string to_text(const torture_report& r) {
  auto text = line("Torture with seed %llu", static_cast<unsigned long long>(r.settings.seed)) +
              figures_text(r) + "Promises\n";
  for (const auto& each : promises())
    text += promise_line(each.name, r.truth.*each.count, each.meaning);
  text += promise_line("died", r.died, "ends of the daemon by a signal that nobody sent") +
          promise_line("hung", r.hung, "daemons that were still there 30 s after SIGTERM");
  text += line(
      "  %-6s %-21s %9.3f%%  of the recipients ended in doubt without a cut; the limit is %.3g%%",
      doubt_share(r) <= r.settings.doubt_limit ? "kept" : "BROKEN", "doubt limit",
      100 * doubt_share(r), 100 * r.settings.doubt_limit);
  for (const auto& place : r.leaked)
    text += "  leaked: " + place + "\n";
  for (const auto& note : r.notes)
    text += "  note: " + note + "\n";
  text += clean(r) ? "Every promise was kept.\n" : "A promise was broken.\n";
  if (!clean(r))
    for (const auto& each : promises())
      if (r.truth.*each.count != 0)
        text += "  " + std::string{each.name} + ": look at " + std::string{each.look_at} + "\n";
  if (!r.folder.empty())
    text += "Logs, the simulator's record and the database stay in " + r.folder + "\n";
  return text;
}

std::string to_json(const torture_report& r) {
  auto all = nlohmann::ordered_json::parse(to_json(r.truth));
  all["seed"] = r.settings.seed;
  all["daemon_crashes"] = r.daemon_crashes;
  all["database_crashes"] = r.database_crashes;
  all["connections_cut"] = r.connections_cut;
  all["commits_lost"] = r.commits_lost;
  all["gave_up"] = r.gave_up;
  all["odd_messages"] = r.odd_messages;
  all["stops"] = r.stops;
  all["pauses"] = r.pauses;
  all["resumes"] = r.resumes;
  all["cancels"] = r.cancels;
  all["run_seconds"] = rounded(r.seconds, 1);
  all["memory_peak"] = r.memory_peak;
  all["slowest_start_ms"] = r.slowest_start_ms;
  all["died"] = r.died;
  all["hung"] = r.hung;
  all["doubt_share"] = doubt_share(r);
  for (const auto& [name, count] : r.deeds)
    all["deeds"][std::string{name}] = count;
  all["good"] = clean(r);
  return all.dump();
}

} // namespace stentor::load
