#pragma once
/// The clock of the ground truth. All processes of a scenario run on one machine, so that a moment
/// of the harness can be compared with one that the simulator wrote down. Any thread.

#include <cstdint>

namespace stentor::load {

/// Wall-clock microseconds that never step back: taken from the steady clock.
[[nodiscard]] std::int64_t now_us() noexcept;

} // namespace stentor::load
