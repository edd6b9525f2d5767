/// stentor-sim: the engine in virtual time under faults that a seed decides. Prints what broke
/// which promise, with the smallest list of incidents that still does.
#include "tests/simulation/run/simulation.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>

namespace {

using namespace stentor::simulation;

struct options {
  std::uint64_t seed = 0;
  std::string seeds;
  int nodes = 1;
  bool verbose = false, whole = false, suspends = false;
  std::size_t failures_max = 5;
  double seconds_max = 0;
};

void print(const report& found, const plan& of, const options& chosen) {
  std::cout << "seed " << of.seed
            << (found.good() ? " keeps every promise\n" : " breaks a promise:\n");
  for (std::size_t i = 0; i < std::min<std::size_t>(found.violations.size(), 5); ++i)
    std::cout << "  " << found.violations[i].what << ": " << found.violations[i].detail << '\n';
  std::cout << "  incidents:\n";
  for (const auto& one : of.incidents)
    std::cout << "    " << one.text() << '\n';
  if (chosen.verbose)
    for (const auto& line : found.trace)
      std::cout << line << '\n';
  std::cout << std::flush;
}

/// Whether all is well.
bool try_seed(std::uint64_t seed, const options& chosen, std::map<std::string, std::size_t>& sums,
              report& last) {
  const auto whole = plan_of(seed, {.nodes = chosen.nodes, .suspends = chosen.suspends});
  last = run(whole, chosen.verbose && chosen.whole);
  if (last.good()) {
    if (chosen.verbose && chosen.whole)
      print(last, whole, chosen);
    return true;
  }
  ++sums[last.violations.front().what];
  const auto small = chosen.whole ? whole : smallest(whole, last.violations.front().what);
  print(chosen.whole ? last : run(small, chosen.verbose), small, chosen);
  return false;
}

} // namespace

int main(int argc, char** argv) {
  options chosen;
  CLI::App app{"Runs the engine in virtual time under faults that a seed decides."};
  app.add_option("--seed", chosen.seed, "One seed");
  app.add_option("--seeds", chosen.seeds, "A range of seeds: 1..500");
  app.add_option("--nodes", chosen.nodes, "Processes on one database")->check(CLI::Range(1, 5));
  app.add_flag("--verbose", chosen.verbose, "Print what happened, line by line");
  app.add_flag("--suspends", chosen.suspends,
               "Also suspend the machine, so that the monotonic clock stands still");
  app.add_flag("--whole", chosen.whole, "Leave no incident out");
  app.add_option("--failures", chosen.failures_max, "Stop after so many failing seeds");
  app.add_option("--seconds", chosen.seconds_max, "Begin no further seed after this time; 0: all");
  CLI11_PARSE(app, argc, argv);
  auto first = chosen.seed;
  auto last = chosen.seed;
  if (!chosen.seeds.empty()) {
    const auto dots = chosen.seeds.find("..");
    first = std::stoull(chosen.seeds.substr(0, dots));
    last = dots == std::string::npos ? first : std::stoull(chosen.seeds.substr(dots + 2));
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  std::map<std::string, std::size_t> broken;
  std::size_t failures = 0, done = 0, sent = 0, starts = 0, doubts = 0, held = 0, held_unsent = 0;
  double virtual_seconds = 0;
  for (auto seed = first; seed <= last && failures < chosen.failures_max; ++seed) {
    if (chosen.seconds_max > 0 && elapsed() > chosen.seconds_max)
      break;
    report r;
    failures += try_seed(seed, chosen, broken, r) ? 0 : 1;
    ++done;
    sent += r.sent;
    starts += r.starts;
    doubts += r.doubts;
    held += r.held;
    held_unsent += r.held_unsent;
    virtual_seconds += r.seconds;
  }
  std::printf("%zu seeds, %zu failing; %.1f seeds/s; %.0f s of virtual time, %zu requests, %zu "
              "processes, %zu in doubt, %zu held, %zu of them never sent\n",
              done, failures, static_cast<double>(done) / elapsed(), virtual_seconds, sent, starts,
              doubts, held, held_unsent);
  for (const auto& [what, count] : broken)
    std::printf("  %zu x %s\n", count, what.c_str());
  return failures == 0 ? 0 : 1;
}
