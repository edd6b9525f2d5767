/// `stentor-load paced` and `stentor-load soak`: dispatch at a fixed rate, for so long.

#include "bench/load/commands.hpp"
#include "bench/load/dispatch_options.hpp"
#include "bench/load/recipient_list.hpp"
#include "bench/load/trend.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>

namespace stentor::load {
namespace {

struct paced_options {
  dispatch_settings scenario;
  output_settings output;
  double seconds = 30;
};

core::result<std::uint64_t> people_for(double messages) {
  if (messages <= static_cast<double>(people_max))
    return static_cast<std::uint64_t>(std::max(messages, 1.0));
  return core::error{core::errc::invalid, "that would be more than " + std::to_string(people_max) +
                                              " messages: shorten it or lower the rate"};
}

core::result<scenario_result> pace(const paced_options& options) {
  auto settings = options.scenario;
  const auto people = people_for(settings.house.numbers * settings.house.rate * options.seconds);
  if (!people)
    return people.problem();
  settings.recipients = *people;
  const auto measure = run_dispatch(settings);
  if (!measure)
    return measure.problem();
  return result_of(*measure);
}

struct soak_options {
  dispatch_settings scenario;
  output_settings output;
  double hours = 1;
  double rate = 1000; ///< of all numbers
};

struct soak_bounds {
  double memory_mb_per_h = 8;
  double handles_per_h = 4;
  double latency_ms_per_h = 1;
};

std::string trend_text(const char* name, const trend& t, double bound, const char* unit) {
  std::array<char, 200> line{};
  std::snprintf(line.data(), line.size(),
                "  %-22s %10.2f on average, %+.2f %s per hour (at most %.0f, or what two "
                "deviations explain: %.2f): %s\n",
                name, t.mean, t.slope * 3600, unit, bound, 2 * t.slope_error * 3600,
                is_flat(t, bound / 3600) ? "flat" : "NOT FLAT");
  return line.data();
}

scenario_result judge(const dispatch_measure& measure, double rate) {
  constexpr soak_bounds bounds;
  // The start fills pools and caches, and at the end the numbers run out of people.
  std::vector<std::pair<double, double>> memory, handles, latency;
  const double end = measure.samples.empty() ? 0 : measure.samples.back().at_s;
  for (const auto& s : measure.samples) {
    if (s.at_s < end * 0.2 || s.at_s > end * 0.95)
      continue;
    memory.emplace_back(s.at_s, static_cast<double>(s.memory_bytes) / (1024 * 1024));
    handles.emplace_back(s.at_s, static_cast<double>(s.handles));
    latency.emplace_back(s.at_s, s.latency_p99_ms);
  }
  const auto of_memory = trend_of(memory);
  const auto of_handles = trend_of(handles);
  const auto of_latency = trend_of(latency);
  const bool flat = is_flat(of_memory, bounds.memory_mb_per_h / 3600) &&
                    is_flat(of_handles, bounds.handles_per_h / 3600) &&
                    is_flat(of_latency, bounds.latency_ms_per_h / 3600);
  auto result = result_of(measure);
  result.text += "\nTrends by least squares, without the first fifth and the end\n" +
                 trend_text("memory, MiB", of_memory, bounds.memory_mb_per_h, "MiB") +
                 trend_text("file handles", of_handles, bounds.handles_per_h, "handles") +
                 trend_text("latency p99, ms", of_latency, bounds.latency_ms_per_h, "ms");
  auto all = nlohmann::ordered_json::parse(result.json);
  all["rate"] = rate;
  all["samples"] = measure.samples.size();
  all["memory_mb_per_hour"] = of_memory.slope * 3600;
  all["handles_per_hour"] = of_handles.slope * 3600;
  all["latency_p99_ms_per_hour"] = of_latency.slope * 3600;
  all["flat"] = flat;
  result.json = all.dump();
  result.good = result.good && flat;
  result.plots.push_back(
      {"soak-memory", "The daemon's memory", "seconds", "MiB", {{"resident", std::move(memory)}}});
  result.plots.push_back({"soak-handles",
                          "The daemon's file handles",
                          "seconds",
                          "open",
                          {{"open", std::move(handles)}}});
  return result;
}

core::result<scenario_result> soak(const soak_options& options) {
  auto settings = options.scenario;
  const auto people = people_for(options.rate * options.hours * 3600);
  if (!people)
    return people.problem();
  settings.recipients = *people;
  settings.house.rate = options.rate / settings.house.numbers;
  if (settings.house.rate > 1000)
    return core::error{core::errc::invalid,
                       "one number sends at most 1000 per second: give more --numbers"};
  const auto measure = run_dispatch(settings);
  if (!measure)
    return measure.problem();
  return judge(*measure, options.rate);
}

} // namespace

void add_paced_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "paced", "Numbers at their limits: violations and utilisation, seen by the receiver.");
  const auto given = std::make_shared<paced_options>();
  auto& s = given->scenario;
  s.scenario = "paced";
  s.house.rate = 80;
  s.house.numbers = 100;
  sub->add_option("--rate", s.house.rate, "Messages per second that each number may send")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
  sub->add_option("--numbers", s.house.numbers, "Sending numbers")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  sub->add_option("--seconds", given->seconds, "How long the numbers should have to send")
      ->check(CLI::Range(0.1, 1e6))
      ->capture_default_str();
  add_receipt_options(*sub, s.house);
  add_house_options(*sub, s.house);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] { return run_scenario(given->output, [&] { return pace(*given); }); };
  });
}

void add_soak_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "soak", "Hours at a fixed rate: memory, file handles and latency must stay flat.");
  const auto given = std::make_shared<soak_options>();
  auto& s = given->scenario;
  s.scenario = "soak";
  s.sample_s = 10;
  s.house.numbers = 20;
  s.house.receipts_per_post = 20;
  sub->add_option("--hours", given->hours)
      ->check(CLI::Range(0.0001, 1000.0))
      ->capture_default_str();
  sub->add_option("--rate", given->rate, "Messages per second of all numbers together")
      ->check(CLI::Range(0.1, 100'000.0))
      ->capture_default_str();
  sub->add_option("--numbers", s.house.numbers, "Sending numbers")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  sub->add_option("--sample-seconds", s.sample_s, "Between two looks at the daemon")
      ->check(CLI::Range(0.2, 3600.0))
      ->capture_default_str();
  add_receipt_options(*sub, s.house);
  add_house_options(*sub, s.house);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] { return run_scenario(given->output, [&] { return soak(*given); }); };
  });
}

} // namespace stentor::load
