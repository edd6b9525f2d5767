#pragma once
/// Everything that can be said of a configuration on this machine without starting anything: the
/// address to listen on, certificates, folders, who else may read secrets. Looks at files only.

#include "app/cli/start_report.hpp"
#include "stentor/ports/system/configuration.hpp"

namespace stentor::app {

[[nodiscard]] start_report check_start(const ports::configuration& configuration);

} // namespace stentor::app
