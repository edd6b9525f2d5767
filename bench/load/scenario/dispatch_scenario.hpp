#pragma once
/// The scenario `dispatch`: a whole campaign through a daemon of its own, measured. Main thread
/// only.

#include "bench/load/harness/load_stack.hpp"
#include "bench/load/report/dispatch_metrics.hpp"
#include "bench/load/scenario/scenario_output.hpp"

#include <functional>
#include <string>

namespace stentor::load {

struct dispatch_settings {
  stack_settings stack;
  std::uint64_t recipients = 500'000;
  std::string scenario = "dispatch"; ///< its name in the report
  double sample_s = 0.2;             ///< between the samples of the daemon's figures
  /// Called when everything is ready to send, and when everything is done, with the simulator still
  /// running.
  std::function<core::status(app::local_stack&)> before_sending, after_sending;
};

/// Runs it and measures; says on standard error what it does, with live figures on a terminal.
[[nodiscard]] core::result<dispatch_measure> run_dispatch(const dispatch_settings& settings);

/// Report, figures and plots of a run.
[[nodiscard]] scenario_result result_of(const dispatch_measure& measure);

} // namespace stentor::load
