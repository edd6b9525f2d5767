#include "bench/micro/meter.hpp"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stentor::micro {

meter::meter(benchmark::State& state) : state_{state} {
  perf_event_attr wanted{};
  wanted.type = PERF_TYPE_HARDWARE;
  wanted.size = sizeof wanted;
  wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
  wanted.inherit = 1;
  wanted.exclude_kernel = 1;
  wanted.exclude_hv = 1;
  counter_ = static_cast<int>(
      ::syscall(SYS_perf_event_open, &wanted, 0, -1, -1, static_cast<unsigned long>(0)));
}

meter::~meter() {
  if (counter_ >= 0)
    ::close(counter_);
}

void meter::pause() {
  state_.PauseTiming();
  if (counter_ >= 0)
    ::ioctl(counter_, PERF_EVENT_IOC_DISABLE, 0);
}

void meter::resume() {
  if (counter_ >= 0)
    ::ioctl(counter_, PERF_EVENT_IOC_ENABLE, 0);
  state_.ResumeTiming();
}

void meter::report(std::size_t items_per_iteration) {
  std::uint64_t count = 0;
  const bool counted =
      counter_ >= 0 && ::read(counter_, &count, sizeof count) == ssize_t{sizeof count} && count > 0;
  const auto items =
      static_cast<double>(state_.iterations()) * static_cast<double>(items_per_iteration);
  state_.SetItemsProcessed(static_cast<std::int64_t>(items));
  // Google Benchmark divides a rate by the CPU time; inverted it is the CPU time of one item.
  state_.counters["s_per_item"] =
      benchmark::Counter(items, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  if (counted)
    state_.counters["instructions_per_item"] = static_cast<double>(count) / items;
}

} // namespace stentor::micro
