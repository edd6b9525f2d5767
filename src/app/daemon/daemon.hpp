#pragma once
/// `stentor serve`: builds the daemon out of its parts, runs it until SIGTERM or SIGINT, and takes
/// it down in order. Main thread only.

#include "stentor/ports/system/configuration.hpp"

#include <string>

namespace stentor::app {

/// After hold_signals() (signals.hpp).
/// @param format of the log; `serve --json` says another one than the file
/// @return the process's exit status: 0 after an ordered end
[[nodiscard]] int serve(const ports::configuration& configuration, const std::string& config_path,
                        ports::log_format format);

} // namespace stentor::app
