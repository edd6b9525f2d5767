/// `stentor-load dispatch`.

#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace stentor::load {
namespace {

struct dispatch_options {
  dispatch_settings scenario;
  output_settings output;
};

int dispatch(const dispatch_options& options) {
  return run_scenario(options.output, [&]() -> core::result<scenario_result> {
    const auto measure = run_dispatch(options.scenario);
    if (!measure)
      return measure.error();
    return result_of(*measure);
  });
}

} // namespace

void add_dispatch_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "dispatch", "Sends a campaign through a daemon of its own and measures it.");
  sub->description(
      "Sends a campaign through a daemon of its own and measures it.\n\n"
      "Starts the simulator of Meta and `stentor serve` with an embedded PostgreSQL in a "
      "temporary\n"
      "folder, imports invented recipients by the admin API, sends, and waits for the end. Then "
      "it\n"
      "prints messages per second, CPU time per message of each process, memory, write-ahead log,\n"
      "and holds the simulator's own record against the database. All processes share this "
      "machine.\n\n"
      "Exit code 0: completed, nothing lost, sent twice or too fast; 1: something of that is not "
      "so;\n"
      "2: the scenario could not run.");
  const auto given = std::make_shared<dispatch_options>();
  add_load_options(*sub, given->scenario);
  add_receipt_options(*sub, given->scenario.stack);
  add_stack_options(*sub, given->scenario.stack);
  add_server_options(*sub, given->scenario.stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] { chosen = [given] { return dispatch(*given); }; });
}

void add_lifecycle_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "lifecycle", "A dispatch whose sent, delivered and read receipts come back by webhook.");
  sub->description(
      "A dispatch whose sent, delivered and read receipts come back by webhook.\n\n"
      "The simulator posts them, signed, while the campaign still sends, and faster than in life,\n"
      "so that both meet. messages_per_s_with_receipts counts until the last receipt is durable.");
  const auto given = std::make_shared<dispatch_options>();
  given->scenario.scenario = "lifecycle";
  given->scenario.stack.receipts_per_post = 20;
  add_load_options(*sub, given->scenario);
  add_receipt_options(*sub, given->scenario.stack);
  add_stack_options(*sub, given->scenario.stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] { chosen = [given] { return dispatch(*given); }; });
}

} // namespace stentor::load
