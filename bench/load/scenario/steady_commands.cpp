/// `stentor-load paced` and `stentor-load soak`: dispatch at a fixed rate, for so long.

#include "bench/load/harness/recipient_list.hpp"
#include "bench/load/report/trend.hpp"
#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"

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
  const auto people = people_for(settings.stack.numbers * settings.stack.rate * options.seconds);
  if (!people)
    return people.error();
  settings.recipients = *people;
  const auto measure = run_dispatch(settings);
  if (!measure)
    return measure.error();
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

/// One figure of the daemon over the whole run.
struct watched {
  const char* title;
  const char* key; ///< in the JSON object
  const char* unit;
  double bound_per_h;
  measured_points points;
};

std::vector<watched> watched_in(const std::vector<dispatch_sample>& samples) {
  constexpr soak_bounds bounds;
  std::vector<watched> all{
      {"memory, MiB", "memory_mb_per_hour", "MiB", bounds.memory_mb_per_h, {}},
      {"file handles", "handles_per_hour", "handles", bounds.handles_per_h, {}},
      {"latency p99, ms", "latency_p99_ms_per_hour", "ms", bounds.latency_ms_per_h, {}}};
  for (const auto& s : samples) {
    all[0].points.emplace_back(s.at_s, static_cast<double>(s.memory_bytes) / (1024 * 1024));
    all[1].points.emplace_back(s.at_s, static_cast<double>(s.handles));
    all[2].points.emplace_back(s.at_s, s.latency_p99_ms);
  }
  return all;
}

std::string trend_text(const watched& w, const trend& t, bool flat) {
  std::array<char, 200> line{};
  std::snprintf(line.data(), line.size(),
                "  %-22s %10.2f on average, %+.2f %s per hour (at most %.0f, or what two "
                "deviations explain: %.2f): %s\n",
                w.title, t.mean, t.slope * 3600, w.unit, w.bound_per_h, 2 * t.slope_error * 3600,
                flat ? "flat" : "NOT FLAT");
  return line.data();
}

/// A run that was too short to tell has a `flat` of null, and is good when the rest of it is.
scenario_result judge(const dispatch_measure& measure, double rate) {
  auto result = result_of(measure);
  auto all = nlohmann::ordered_json::parse(result.json);
  all["rate"] = rate;
  all["samples"] = measure.samples.size();
  all["flat"] = nullptr;
  result.text += "\nTrends by least squares, without the warm-up and the end\n";
  const auto figures = watched_in(measure.samples);
  for (const auto& w : figures) {
    all[w.key] = nullptr;
    const auto steady = steady_part(w.points);
    if (!steady) {
      result.text += std::string("  ") + w.title + ": the run was too short to tell\n";
      continue;
    }
    const auto t = trend_of(*steady);
    const bool flat = is_flat(t, w.bound_per_h / 3600);
    result.text += trend_text(w, t, flat);
    all[w.key] = t.slope * 3600;
    all["flat"] = flat && all["flat"] != false;
    result.good = result.good && flat;
  }
  result.json = all.dump();
  result.plots.push_back(
      {"soak-memory", "The daemon's memory", "seconds", "MiB", {{"resident", figures[0].points}}});
  result.plots.push_back({"soak-handles",
                          "The daemon's file handles",
                          "seconds",
                          "open",
                          {{"open", figures[1].points}}});
  return result;
}

core::result<scenario_result> soak(const soak_options& options) {
  auto settings = options.scenario;
  const auto people = people_for(options.rate * options.hours * 3600);
  if (!people)
    return people.error();
  settings.recipients = *people;
  settings.stack.rate = options.rate / settings.stack.numbers;
  if (settings.stack.rate > 1000)
    return core::error{core::errc::invalid,
                       "one number sends at most 1000 per second: give more --numbers"};
  const auto measure = run_dispatch(settings);
  if (!measure)
    return measure.error();
  return judge(*measure, options.rate);
}

} // namespace

void add_paced_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "paced", "Numbers at their limits: violations and utilisation, seen by the receiver.");
  const auto given = std::make_shared<paced_options>();
  auto& s = given->scenario;
  s.scenario = "paced";
  s.stack.rate = 80;
  s.stack.numbers = 100;
  sub->add_option("--rate", s.stack.rate, "Messages per second that each number may send")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
  sub->add_option("--numbers", s.stack.numbers, "Sending numbers")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  sub->add_option("--seconds", given->seconds, "How long the numbers should have to send")
      ->check(CLI::Range(0.1, 1e6))
      ->capture_default_str();
  add_receipt_options(*sub, s.stack);
  add_stack_options(*sub, s.stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] { return run_scenario(given->output, [&] { return pace(*given); }); };
  });
}

void add_soak_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "soak", "Hours at a fixed rate: memory, file handles and latency must stay flat.");
  sub->description(
      "Hours at a fixed rate: memory, file handles and latency must stay flat.\n\n"
      "A straight line goes through what was measured after the warm-up (a fifth of the run, at "
      "least\n"
      "two minutes). With fewer than 20 samples after it the run is too short to tell: \"flat\" is "
      "null.");
  const auto given = std::make_shared<soak_options>();
  auto& s = given->scenario;
  s.scenario = "soak";
  s.sample_s = 10;
  s.stack.numbers = 20;
  s.stack.receipts_per_post = 20;
  sub->add_option("--hours", given->hours)
      ->check(CLI::Range(0.0001, 1000.0))
      ->capture_default_str();
  sub->add_option("--rate", given->rate, "Messages per second of all numbers together")
      ->check(CLI::Range(0.1, 100'000.0))
      ->capture_default_str();
  sub->add_option("--numbers", s.stack.numbers, "Sending numbers")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  sub->add_option("--sample-seconds", s.sample_s, "Between two looks at the daemon")
      ->check(CLI::Range(0.2, 3600.0))
      ->capture_default_str();
  add_receipt_options(*sub, s.stack);
  add_stack_options(*sub, s.stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] { return run_scenario(given->output, [&] { return soak(*given); }); };
  });
}

} // namespace stentor::load
