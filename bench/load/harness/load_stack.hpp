#pragma once
/// What a scenario runs in: a local stack, with the simulator, nginx or somebody else's server as
/// Meta. Main thread only.

#include "app/local/local_stack.hpp"
#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stentor::load {

struct stack_settings {
  unsigned numbers = 50;
  double rate = 1000;             ///< messages per second of a number
  bool clear = false;             ///< HTTP/2 in clear text
  unsigned receipts_per_post = 0; ///< 0: no webhooks
  double time_scale = 720;        ///< how much faster than in life receipts come
  double latency_ms = 0;          ///< of the simulator's answers
  std::uint32_t streams = 1000;   ///< at once on one connection
  std::uint64_t seed = 1;
  std::string server = "simulator"; ///< or "nginx"
  std::string target;              ///< URL of a server that answers like Meta; empty: the simulator
  std::string ca_file;             ///< PEM to trust the target by
  std::vector<std::string> errors; ///< "code=share" that the simulator refuses
  std::vector<std::string> dispatch; ///< "key=value" for the daemon's section `dispatch`
  /// How long a message whose answer was lost waits for a receipt; 0: the daemon's own default.
  unsigned in_doubt_wait_s = 0;
  /// A number more that only the simulator knows, without a limit: for another client's requests,
  /// which may all go to the same person.
  std::string spare_number;
  std::string folder; ///< where the temporary folder is made; empty: the system's
  bool keep = false;  ///< leave the folder

  /// True when messages go to something else than the simulator, so that there is no truth file.
  [[nodiscard]] bool foreign_server() const { return !target.empty() || server == "nginx"; }
};

[[nodiscard]] app::local_settings local_settings_of(const stack_settings& settings);
/// Starts all of it and waits until the daemon can send.
[[nodiscard]] core::status start_stack(app::local_stack& stack, const stack_settings& settings);

} // namespace stentor::load
