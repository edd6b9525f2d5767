#pragma once
/// `stentor serve`: builds the daemon out of its parts, runs it until SIGTERM or SIGINT, and takes
/// it down in order. Main thread only.

#include "stentor/ports/system/configuration.hpp"

#include <string>

namespace stentor::app {

/// @return the process's exit status: 0 after an ordered end
[[nodiscard]] int serve(const ports::configuration& configuration, const std::string& config_path);

} // namespace stentor::app
