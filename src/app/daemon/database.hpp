#pragma once
/// The commands that work on the database itself: migrate and token. With the embedded database
/// they use the running cluster of a daemon on the same state folder, or start it for the moment.
/// Blocks; main thread only (see embedded_cluster.hpp).

#include "app/cli/command_line.hpp"

namespace stentor::app {

[[nodiscard]] database_commands make_database_commands();

} // namespace stentor::app
