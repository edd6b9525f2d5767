#pragma once
/// `stentor-load torture`. Main thread.

#include "bench/load/scenario/commands.hpp"

namespace stentor::load {

void add_torture_command(CLI::App& program, command& chosen);

} // namespace stentor::load
