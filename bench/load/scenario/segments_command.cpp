/// `stentor-load segments`: how long it takes to count the people of a segment among many.

#include "bench/load/harness/campaigns.hpp"
#include "bench/load/harness/made_customers.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/report/text.hpp"
#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace stentor::load {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using steady = std::chrono::steady_clock;

struct segments_options {
  stack_settings stack;
  std::uint64_t customers = 1'000'000;
  unsigned rounds = 5;
  output_settings output;
};

struct question {
  const char* name;
  /// Of the round, so that no answer is one that was kept.
  json (*query)(unsigned round);
  double good_ms; ///< of ten million customers
};

json leaf(const char* field, const char* how, json value) {
  return {{"field", field}, {"operator", how}, {"value", std::move(value)}};
}

/// The seed's own example: who bought Bali since a day.
json bali(unsigned round) {
  return {{"logic", "AND"},
          {"conditions",
           {leaf("saleDetails.destination", "contains", "Bali"),
            leaf("saleDetails.createdAt", "gte", "now-" + std::to_string(180 + round) + "d")}}};
}
json three_attributes(unsigned round) {
  return {{"conditions",
           {leaf("attributes.spent", "gte", 50'000 + round),
            leaf("attributes.tier", "in", {"gold", "silver"}),
            leaf("attributes.interest", "contains", "each")}}};
}
json equality(unsigned round) {
  return {{"conditions", {leaf("attributes.city", "eq", "city " + std::to_string(100 + round))}}};
}

constexpr question questions[] = {{"sale_of_seed", bali, 6'000},
                                  {"three_attributes", three_attributes, 6'000},
                                  {"indexed_equality", equality, 200}};

core::result<scenario_result> count_segments(const segments_options& options) {
  app::local_stack stack{local_settings_of(options.stack)};
  say("1. Simulator, daemon and its PostgreSQL start ...");
  if (const auto opened = start_stack(stack, options.stack); !opened)
    return opened.error();
  say("2. " + std::to_string(options.customers) + " customers are made ...");
  if (const auto filled = make_customers(stack, options.customers, 1); !filled)
    return filled.error();
  const auto daemon = connect_to(stack);
  if (!daemon)
    return daemon.error();
  say("3. Segments are counted ...");
  ordered_json all{
      {"scenario", "segments"}, {"customers", options.customers}, {"rounds", options.rounds}};
  auto text =
      line("\nHow long counting takes among %llu customers, in milliseconds (%u times each)",
           static_cast<unsigned long long>(options.customers), options.rounds) +
      line("  %-20s %10s %10s %10s %12s", "", "first", "median", "worst", "people");
  bool good = true;
  for (const auto& asked : questions) {
    std::vector<double> ms;
    json answer;
    for (unsigned i = 0; i < options.rounds; ++i) {
      const auto began = steady::now();
      const auto said = app::ask(**daemon, "POST", "/api/whatsapp/segments/preview",
                                 json{{"query", asked.query(i)}}.dump());
      if (!said)
        return said.error();
      ms.push_back(std::chrono::duration<double, std::milli>(steady::now() - began).count());
      answer = json::parse(*said, nullptr, false);
    }
    const auto first = ms.front();
    std::sort(ms.begin(), ms.end());
    const auto median = ms[ms.size() / 2];
    const auto people = answer.value("people", std::int64_t{0});
    good = good && answer.value("exact", false) && people > 0 && median < asked.good_ms;
    text += line("  %-20s %10.1f %10.1f %10.1f %12lld", asked.name, first, median, ms.back(),
                 static_cast<long long>(people));
    const std::string name = asked.name;
    all[name + "_first_ms"] = rounded(first, 1);
    all[name + "_median_ms"] = rounded(median, 1);
    all[name + "_worst_ms"] = rounded(ms.back(), 1);
    all[name + "_people"] = people;
    all[name + "_cost"] = answer["plan"].value("cost", 0.0);
    all[name + "_uses"] = answer["plan"]["uses"];
  }
  return scenario_result{text, all.dump(), good, {}};
}

} // namespace

void add_segments_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand("segments", "How long counting a segment takes among many.");
  sub->description(
      "How long counting a segment takes among many.\n\n"
      "Fills a daemon's database with customers, every second one with a sale, and asks previews\n"
      "over HTTP: the seed's example (a sale to Bali lately), three attributes, an equality with "
      "an\n"
      "index. Each round asks something else, so that no kept answer helps.\n\n"
      "Exit code 0: every count is exact and its median lies under 6 s, the equality's under 200 "
      "ms;\n1: something of that is not so; 2: the scenario could not run.");
  const auto given = std::make_shared<segments_options>();
  given->stack.numbers = 1;
  sub->add_option("--customers", given->customers, "How many")
      ->check(CLI::Range(std::uint64_t{1'000}, std::uint64_t{100'000'000}))
      ->capture_default_str();
  sub->add_option("--rounds", given->rounds, "Requests of each kind")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  add_stack_options(*sub, given->stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] {
      return run_scenario(given->output, [&] { return count_segments(*given); });
    };
  });
}

} // namespace stentor::load
