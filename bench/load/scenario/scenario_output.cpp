#include "bench/load/scenario/scenario_output.hpp"

#include "adapters/process/interrupt.hpp"
#include "bench/load/harness/progress.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace stentor::load {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::string_view, 11> faults{
    "late_messages",          "duplicates",          "lost",
    "wrong_states",           "unknown_acceptances", "rate_violations",
    "rate_violations_strict", "stop_violations",     "lost_statuses",
    "lost_inbound",           "count_errors"};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

core::status write_plots(const std::string& folder, const std::vector<plot>& plots) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  for (const auto& each : plots) {
    const auto path = std::filesystem::path{folder} / (each.name + ".tsv");
    std::ofstream file{path};
    file << to_tsv(each);
    if (!file.flush())
      return core::error{core::errc::unavailable, "can't write " + path.string()};
  }
  return core::ok{};
}

int fail(const core::error& problem) {
  std::fprintf(stderr, "stentor-load: %s\n", problem.message.c_str());
  return 2;
}

} // namespace

void add_output_options(CLI::App& to, output_settings& settings) {
  to.add_flag("--json", settings.json, "One JSON object as the last line");
  to.add_option("--runs", settings.runs, "Repeat it; the figures are medians then")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  to.add_option("--plots", settings.plots,
                "Folder to write tables of the last run to; scripts/plot draws them");
}

std::string summarize(const std::vector<std::string>& objects) {
  std::vector<ordered_json> runs;
  for (const auto& text : objects)
    runs.push_back(ordered_json::parse(text));
  auto all = runs.at(0);
  ordered_json least = ordered_json::object();
  ordered_json most = ordered_json::object();
  for (auto& [key, value] : all.items()) {
    if (!value.is_number())
      continue;
    std::vector<double> values;
    for (const auto& run : runs)
      values.push_back(run.value(key, 0.0));
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (std::find(faults.begin(), faults.end(), key) != faults.end()) {
      double sum = 0;
      for (const auto each : values)
        sum += each;
      value = static_cast<std::int64_t>(sum);
    } else if (*low == *high) {
      continue;
    } else {
      least[key] = *low;
      most[key] = *high;
      value = median(values);
    }
  }
  all["runs"] = runs.size();
  if (runs.size() == 1)
    return all.dump();
  all["minimum"] = std::move(least);
  all["maximum"] = std::move(most);
  return all.dump();
}

int run_scenario(const output_settings& settings,
                 const std::function<core::result<scenario_result>()>& scenario) {
  process::watch_signals();
  std::vector<std::string> objects;
  bool good = true;
  for (unsigned run = 1; run <= settings.runs; ++run) {
    if (settings.runs > 1)
      say("Run " + std::to_string(run) + " of " + std::to_string(settings.runs));
    const auto result = scenario();
    if (!result)
      return fail(result.error());
    good = good && result->good;
    objects.push_back(result->json);
    std::fputs(result->text.c_str(), stdout);
    std::fflush(stdout);
    if (run == settings.runs && !settings.plots.empty())
      if (const auto written = write_plots(settings.plots, result->plots); !written)
        return fail(written.error());
  }
  if (settings.runs > 1) {
    const auto all = ordered_json::parse(summarize(objects));
    std::printf("\nOf %u runs %33s %12s %12s\n", settings.runs, "median", "least", "most");
    for (const auto& [key, value] : all["minimum"].items())
      std::printf("  %-34s %9.6g %12.6g %12.6g\n", key.c_str(), all[key].get<double>(),
                  value.get<double>(), all["maximum"][key].get<double>());
  }
  if (settings.json)
    std::printf("%s\n", summarize(objects).c_str());
  return good ? 0 : 1;
}

} // namespace stentor::load
