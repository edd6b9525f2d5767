#pragma once
/// The sub-commands of stentor-load. Each adds its options to the program and leaves what to run.

#include <functional>

namespace CLI {
class App;
}

namespace stentor::load {

/// What the chosen sub-command does; its value is the exit code.
using command = std::function<int()>;

void add_simulate_command(CLI::App& program, command& chosen);
void add_dispatch_command(CLI::App& program, command& chosen);
void add_lifecycle_command(CLI::App& program, command& chosen);
void add_ingest_command(CLI::App& program, command& chosen);
void add_import_command(CLI::App& program, command& chosen);
void add_paced_command(CLI::App& program, command& chosen);
void add_soak_command(CLI::App& program, command& chosen);
void add_react_command(CLI::App& program, command& chosen);
void add_compare_command(CLI::App& program, command& chosen);
void add_pages_command(CLI::App& program, command& chosen);
void add_customers_command(CLI::App& program, command& chosen);
void add_audience_command(CLI::App& program, command& chosen);
void add_segments_command(CLI::App& program, command& chosen);
void add_report_command(CLI::App& program, command& chosen);

} // namespace stentor::load
