/// `stentor-load compare`: the daemon and h2load take turns at the same server.

#include "bench/load/harness/h2load.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <memory>

namespace stentor::load {
namespace {

constexpr const char* spare_number = "106540352242899";

struct compare_options {
  dispatch_settings scenario;
  output_settings output;
  h2load_settings yardstick;
};

struct yardstick_sum {
  double requests = 0, seconds = 0;
  std::int64_t cpu_us = 0;
  [[nodiscard]] double per_s() const { return seconds > 0 ? requests / seconds : 0; }
};

core::status measure_h2load(app::local_stack& stack, h2load_settings settings, yardstick_sum& sum) {
  say("h2load sends " + std::to_string(settings.requests) + " of the same messages ...");
  settings.url = stack.meta_url() + "/v24.0/" + spare_number + "/messages";
  settings.token = app::local_secrets{}.token;
  const auto figures = run_h2load(settings, stack.folder().path());
  if (!figures)
    return figures.error();
  say("   " + std::to_string(std::lround(figures->requests_per_s)) + " requests/s");
  sum.requests += static_cast<double>(figures->succeeded);
  sum.seconds += figures->seconds;
  sum.cpu_us += figures->cpu_us;
  return core::ok{};
}

core::result<scenario_result> compare_once(const compare_options& options) {
  yardstick_sum sum;
  auto settings = options.scenario;
  settings.scenario = "compare";
  settings.stack.spare_number = spare_number;
  auto yardstick = options.yardstick;
  // Half before and half after, so that a machine that gets slower or faster harms both alike.
  yardstick.requests = std::max<std::uint64_t>(settings.recipients / 2, 1);
  const auto turn = [&](app::local_stack& stack) { return measure_h2load(stack, yardstick, sum); };
  settings.before_sending = settings.after_sending = turn;
  const auto measure = run_dispatch(settings);
  if (!measure)
    return measure.error();
  auto result = result_of(*measure);
  const double ratio = sum.per_s() > 0 ? messages_per_s(*measure) / sum.per_s() : 0;
  const double cpu = static_cast<double>(sum.cpu_us) / std::max(sum.requests, 1.0);
  auto all = nlohmann::ordered_json::parse(result.json);
  all["h2load_requests_per_s"] = std::round(sum.per_s());
  all["h2load_cpu_us_per_request"] = std::round(cpu * 100) / 100;
  all["ratio_to_h2load"] = std::round(ratio * 1000) / 1000;
  result.json = all.dump();
  std::array<char, 200> line{};
  std::snprintf(line.data(), line.size(),
                "\nh2load: %.0f requests/s, %.2f CPU us per request\n"
                "Stentor sends durably at %.3f of that rate\n",
                sum.per_s(), cpu, ratio);
  result.text += line.data();
  return result;
}

} // namespace

void add_compare_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "compare", "Dispatch and nghttp2's h2load take turns at the same server; prints the ratio.");
  sub->description(
      "Dispatch and nghttp2's h2load take turns at the same server; prints the ratio.\n\n"
      "h2load posts the same message over and over and forgets the answers: the limit of machine\n"
      "and server. It runs before and after the campaign, against the same process of the\n"
      "simulator, with half as many requests each. Needs Debian's package nghttp2-client.");
  const auto given = std::make_shared<compare_options>();
  given->scenario.recipients = 200'000;
  given->scenario.stack.numbers = 400; // so that their limits do not limit
  add_load_options(*sub, given->scenario);
  add_stack_options(*sub, given->scenario.stack);
  sub->add_option("--h2load-connections", given->yardstick.connections)
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  sub->add_option("--h2load-streams", given->yardstick.streams, "Requests at once on a connection")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  sub->add_option("--h2load-threads", given->yardstick.threads)
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] {
      if (find_program("h2load").empty()) {
        std::fputs("stentor-load: there is no h2load on this machine: install the package "
                   "nghttp2-client\n",
                   stderr);
        return 2;
      }
      return run_scenario(given->output, [&] { return compare_once(*given); });
    };
  });
}

} // namespace stentor::load
