/// `stentor-load pages`.

#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"
#include "bench/load/scenario/pages_scenario.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace stentor::load {
namespace {

struct pages_options {
  pages_settings scenario;
  output_settings output;
};

} // namespace

void add_pages_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand("pages", "How long figures and lists of a campaign take.");
  sub->description(
      "How long figures and lists of a campaign take.\n\n"
      "Sends a campaign as `dispatch` does; when it is over and folded, each kind of page is "
      "asked\n"
      "for again and again, lists page behind page.\n\n"
      "Exit code 0: every kind's p99 lies under 50 ms, nothing was lost, sent twice or too fast;\n"
      "1: something of that is not so; 2: the scenario could not run.");
  const auto given = std::make_shared<pages_options>();
  add_load_options(*sub, given->scenario.dispatch);
  add_receipt_options(*sub, given->scenario.dispatch.stack);
  add_stack_options(*sub, given->scenario.dispatch.stack);
  sub->add_option("--rounds", given->scenario.rounds, "Requests of each kind")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] {
      return run_scenario(given->output, [&] { return run_pages(given->scenario); });
    };
  });
}

} // namespace stentor::load
