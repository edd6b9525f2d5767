#pragma once
/// The signals by which the daemon is told to end or to read its configuration again. Main thread
/// only.

#include <csignal>

namespace stentor::app {

/// SIGTERM, SIGINT and SIGHUP.
[[nodiscard]] sigset_t orders();

/// From now on they wait for serve() to take them, also during the start, instead of ending the
/// process; SIGPIPE is never taken. To be called first: threads inherit it from the one that makes
/// them.
void hold_signals();

} // namespace stentor::app
