#pragma once
/// Counts of durations since the start, for metrics. Written by one thread, read by any.

#include "stentor/ports/delivery/message_gateway.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace stentor::http2 {

class duration_counts {
public:
  void add(std::chrono::nanoseconds duration, std::uint32_t count = 1) noexcept {
    const std::chrono::duration<double> seconds = duration;
    const auto& edges = ports::duration_buckets::edges_s;
    const auto at = std::lower_bound(edges.begin(), edges.end(), seconds.count()) - edges.begin();
    auto& bucket = counts_[static_cast<std::size_t>(at)];
    // One writer: no exchange is needed.
    bucket.store(bucket.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    sum_s_.store(sum_s_.load(std::memory_order_relaxed) + seconds.count() * count,
                 std::memory_order_relaxed);
  }
  [[nodiscard]] ports::duration_buckets read() const noexcept {
    ports::duration_buckets all;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      all.counts[i] = counts_[i].load(std::memory_order_relaxed);
    all.sum_s = sum_s_.load(std::memory_order_relaxed);
    return all;
  }

private:
  std::array<std::atomic<std::uint64_t>, ports::duration_buckets::edges_s.size() + 1> counts_{};
  std::atomic<double> sum_s_ = 0;
};

} // namespace stentor::http2
