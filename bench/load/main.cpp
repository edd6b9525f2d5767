/// stentor-load: the load harness and the Meta simulator.

#include "bench/load/scenario/commands.hpp"
#include "bench/torture/torture_command.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  CLI::App program{"Load harness of Stentor, with a simulator of Meta's Cloud API."};
  program.require_subcommand(1);
  stentor::load::command chosen;
  stentor::load::add_simulate_command(program, chosen);
  stentor::load::add_dispatch_command(program, chosen);
  stentor::load::add_lifecycle_command(program, chosen);
  stentor::load::add_ingest_command(program, chosen);
  stentor::load::add_import_command(program, chosen);
  stentor::load::add_paced_command(program, chosen);
  stentor::load::add_soak_command(program, chosen);
  stentor::load::add_react_command(program, chosen);
  stentor::load::add_compare_command(program, chosen);
  stentor::load::add_pages_command(program, chosen);
  stentor::load::add_customers_command(program, chosen);
  stentor::load::add_segments_command(program, chosen);
  stentor::load::add_audience_command(program, chosen);
  stentor::load::add_torture_command(program, chosen);
  stentor::load::add_report_command(program, chosen);
  CLI11_PARSE(program, argc, argv);
  return chosen();
}
