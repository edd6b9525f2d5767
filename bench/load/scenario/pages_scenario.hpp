#pragma once
/// The scenario `pages`: how long figures and lists of a campaign take when it is over and folded.
/// Main thread only.

#include "bench/load/scenario/dispatch_scenario.hpp"

namespace stentor::load {

struct pages_settings {
  dispatch_settings dispatch;
  unsigned rounds = 300; ///< requests of each kind
};

/// Runs it once; says on standard error what it does.
[[nodiscard]] core::result<scenario_result> run_pages(const pages_settings& settings);

} // namespace stentor::load
