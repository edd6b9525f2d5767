#pragma once
/// The command-line options that scenarios with a campaign share.

#include "bench/load/scenario/dispatch_scenario.hpp"

namespace CLI {
class App;
}

namespace stentor::load {

/// --recipients, --numbers, --rate.
void add_load_options(CLI::App& to, dispatch_settings& settings);
/// --receipts, --time-scale.
void add_receipt_options(CLI::App& to, stack_settings& stack);
/// How daemon and simulator are set up, and where.
void add_stack_options(CLI::App& to, stack_settings& stack);
/// --target, --server: another server than the simulator.
void add_server_options(CLI::App& to, stack_settings& stack);

} // namespace stentor::load
