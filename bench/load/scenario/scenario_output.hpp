#pragma once
/// How every scenario ends: a report for people, then, on request, one JSON object on the last
/// line; of several runs the median, the least and the most. Main thread only.

#include "bench/load/report/plot.hpp"
#include "stentor/core/base/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace stentor::load {

/// Of one run.
struct scenario_result {
  std::string text;
  std::string json; ///< one object without nested ones
  bool good = false;
  std::vector<plot> plots;
};

struct output_settings {
  bool json = false;
  unsigned runs = 1;
  std::string plots; ///< folder for the tables of plots, empty: none
};

/// Adds --json, --runs and --plots.
void add_output_options(CLI::App& to, output_settings& settings);

/// One object of several: numbers are medians, with the extremes in `minimum` and `maximum`. What
/// must be 0, such as `duplicates`, is summed up; other values are those of the first run.
[[nodiscard]] std::string summarize(const std::vector<std::string>& objects);

/// Runs the scenario as often as wanted and prints. @return the exit code: 0 when all runs were
/// good, 1 when one was not, 2 when one could not run
[[nodiscard]] int run_scenario(const output_settings& settings,
                               const std::function<core::result<scenario_result>()>& scenario);

} // namespace stentor::load
