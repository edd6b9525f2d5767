#pragma once
/// The daemon's log: lines for people, or JSON objects for machines, on standard error (where
/// systemd and containers look).

#include "stentor/ports/system/configuration.hpp"

namespace stentor::app {

/// Main thread, once, before anything logs.
void start_logging(const ports::log_settings& settings);
/// Any thread.
void set_log_level(ports::log_level level);

} // namespace stentor::app
