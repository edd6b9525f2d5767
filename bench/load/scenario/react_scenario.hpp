#pragma once
/// The scenario `react`: a campaign is started, paused, resumed and survives a kill of the daemon;
/// what is measured is how soon each takes effect at the receiver. Main thread only.

#include "bench/load/harness/load_stack.hpp"
#include "bench/load/scenario/scenario_output.hpp"

#include <cstdint>

namespace stentor::load {

struct react_settings {
  stack_settings stack;
  std::uint64_t recipients = 1'000'000;
  unsigned pauses = 5;
};

/// Runs it once; says on standard error what it does.
[[nodiscard]] core::result<scenario_result> run_react(const react_settings& settings);

} // namespace stentor::load
