#pragma once
/// Durations in buckets of at most 6 % width, over the last ten seconds, and in few wide ones since
/// the start. For one thread, but for what says otherwise.

#include "adapters/http2/duration_counts.hpp"
#include "stentor/core/base/histogram.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace stentor::http2 {

class histogram {
public:
  void add(std::chrono::nanoseconds duration, std::uint32_t count = 1) noexcept {
    since_start_.add(duration, count);
    now_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)) / 1000, count);
  }

  /// Forgets what is older than two of these calls.
  void rotate() noexcept {
    before_ = now_;
    now_.clear();
  }

  /// @param share 0.99 for p99
  /// @return the upper edge of the bucket in ms, 0 when nothing was added
  [[nodiscard]] double quantile_ms(double share) const noexcept {
    auto both = now_;
    both.add(before_);
    return static_cast<double>(both.quantile(share)) / 1000;
  }

  /// From any thread.
  [[nodiscard]] ports::duration_buckets since_start() const noexcept { return since_start_.read(); }

private:
  using counts = core::histogram<4>;
  counts now_, before_;
  duration_counts since_start_;
};

} // namespace stentor::http2
