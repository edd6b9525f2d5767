#pragma once
/// What `config check` and `serve` find out before anything is started.

#include <string>
#include <vector>

namespace stentor::app {

struct start_report {
  std::vector<std::string> problems; ///< the daemon would not start; each says what to do
  std::vector<std::string> warnings; ///< it would, but somebody should look
};

} // namespace stentor::app
