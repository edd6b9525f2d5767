/// `stentor-load ingest`.

#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"
#include "bench/load/scenario/ingest_scenario.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace stentor::load {
namespace {

struct ingest_options {
  ingest_settings scenario;
  output_settings output;
};

} // namespace

void add_ingest_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand(
      "ingest", "Webhooks alone: statuses and inbound messages, durable before 200.");
  sub->description(
      "Webhooks alone: statuses and inbound messages, durable before 200.\n\n"
      "Signed POSTs are prepared in advance and come over kept-alive connections: at a fixed rate\n"
      "(open loop), or as fast as the answers come. Latency counts from the moment at which a "
      "POST\n"
      "should have been sent. Afterwards everything that was answered with 200 is looked up in "
      "the\n"
      "daemon's ledger.");
  const auto given = std::make_shared<ingest_options>();
  auto& s = given->scenario;
  s.stack.numbers = 10;
  sub->add_option("--statuses", s.statuses, "Of each phase")
      ->check(CLI::Range(1, 20'000'000))
      ->capture_default_str();
  sub->add_option("--statuses-per-post", s.statuses_per_post)
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  sub->add_option("--rate", s.rate, "Statuses per second; 0: as fast as the answers come")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  sub->add_option("--inbound-share", s.inbound_share, "POSTs with an inbound message, 0 to 0.9")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  sub->add_option("--connections", s.connections, "Kept-alive HTTP/1.1 connections")
      ->check(CLI::Range(1, 900))
      ->capture_default_str();
  sub->add_flag("--half", s.half, "Then again at half of the rate that was reached");
  sub->add_option("--numbers", s.stack.numbers, "Numbers that the statuses come from")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  add_stack_options(*sub, s.stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] {
      return run_scenario(given->output, [&] { return run_ingest(given->scenario); });
    };
  });
}

} // namespace stentor::load
