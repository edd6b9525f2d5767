#pragma once
/// The scenario `dispatch`: a whole campaign through a daemon of its own, measured. Main thread
/// only.

#include "bench/load/daemon_house.hpp"
#include "bench/load/dispatch_figures.hpp"

namespace stentor::load {

struct dispatch_settings {
  house_settings house;
  std::uint64_t recipients = 500'000;
};

/// Runs it and measures; says on standard error what it does, with live figures on a terminal.
[[nodiscard]] core::result<dispatch_measure> run_dispatch(const dispatch_settings& settings);

} // namespace stentor::load
