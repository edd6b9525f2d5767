#pragma once
/// The daemon's log: lines for people, or JSON objects for machines, on standard error (where
/// systemd and containers look).

#include "stentor/ports/system/configuration.hpp"

#include <cstdint>

namespace stentor::app {

/// Main thread, once, before anything logs.
void start_logging(const ports::log_settings& settings);
/// Any thread.
void set_log_level(ports::log_level level);

/// PostgreSQL writes on a newer timeline than before: what that can mean, and what to look at.
void tell_failover(std::uint32_t timeline);

} // namespace stentor::app
