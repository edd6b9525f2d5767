#pragma once
/// Counts the instructions of a benchmark beside its time: on a shared machine they are the figure
/// that two runs agree on. One object per benchmark function and thread; counts the threads too
/// that are started after it.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

namespace stentor::micro {

class meter {
public:
  /// Opens the processor's counter of instructions in user space and starts it. Without one
  /// (perf_event_paranoid above 2, a machine that has none) only times are reported.
  explicit meter(benchmark::State& state);
  ~meter();
  meter(const meter&) = delete;
  meter& operator=(const meter&) = delete;

  /// What stands between these two belongs to neither time nor instructions.
  void pause();
  void resume();

  /// Reports items per second, nanoseconds of CPU time and instructions per item.
  /// @param items_per_iteration more than 0
  void report(std::size_t items_per_iteration);

private:
  benchmark::State& state_;
  int counter_ = -1;
};

} // namespace stentor::micro
