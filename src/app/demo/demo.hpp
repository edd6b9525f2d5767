#pragma once
/// `stentor demo`: a simulated Meta, a daemon with its own PostgreSQL, a list of invented people
/// and a campaign, all on this machine and gone afterwards. Main thread only; owns its child
/// processes and its folder.

#include "app/cli/command_line.hpp"

namespace stentor::app {

[[nodiscard]] int run_demo(const console& to, const demo_options& options);

} // namespace stentor::app
