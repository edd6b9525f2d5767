/// `stentor-load react`.

#include "bench/load/harness/recipient_list.hpp"
#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"
#include "bench/load/scenario/react_scenario.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace stentor::load {
namespace {

struct react_options {
  react_settings scenario;
  output_settings output;
};

} // namespace

void add_react_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "react", "How soon the daemon starts, pauses, resumes and comes back after kill -9.");
  sub->description(
      "How soon the daemon starts, pauses, resumes and comes back after kill -9.\n\n"
      "Imports invented recipients, starts the campaign, pauses and resumes it several times,\n"
      "kills the daemon while it sends and starts it again on the database as it lies. Each time\n"
      "counts from the request, or from the new process, to the arrival at the simulator: of the\n"
      "first message, or of the last one after a pause. What is left is sent when it takes less\n"
      "than a minute, or else cancelled; then the simulator's own record is held against the\n"
      "database.\n\n"
      "Exit code 0: nothing lost, sent twice, too fast or while paused; 1: something of that is\n"
      "not so; 2: the scenario could not run.");
  const auto given = std::make_shared<react_options>();
  auto& s = given->scenario;
  // Who was in flight at the kill would keep the campaign open: here no receipts come.
  s.stack.in_doubt_wait_s = 1;
  sub->add_option("--recipients", s.recipients, "How many people the campaign writes to")
      ->check(CLI::Range(std::uint64_t{1}, people_max))
      ->capture_default_str();
  sub->add_option("--numbers", s.stack.numbers, "Sending numbers")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  sub->add_option("--rate", s.stack.rate, "Messages per second that each number may send")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
  sub->add_option("--pauses", s.pauses, "How often it is paused and resumed")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  add_stack_options(*sub, s.stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] {
      return run_scenario(given->output, [&] { return run_react(given->scenario); });
    };
  });
}

} // namespace stentor::load
