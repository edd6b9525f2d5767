#pragma once
/// Counts of durations in log-linear buckets, as HdrHistogram makes them: every power of two is cut
/// into 2^bits linear steps, so that a value is known to 1/2^bits of itself with constant memory
/// and without a search (Gil Tene, hdrhistogram.org). For one thread.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace stentor::core {

/// @tparam bits 4: 6 % and 4 KiB; 7: 0.8 % and 29 KiB
template <unsigned bits>
class histogram {
public:
  /// @param value what is counted, such as microseconds; below 2^35, more counts as the most
  void add(std::uint64_t value, std::uint64_t count = 1) noexcept {
    counts_[index(value)] += count;
    total_ += count;
    largest_ = std::max(largest_, value);
  }
  void add(const histogram& other) noexcept {
    for (std::size_t i = 0; i < buckets; ++i)
      counts_[i] += other.counts_[i];
    total_ += other.total_;
    largest_ = std::max(largest_, other.largest_);
  }
  void clear() noexcept { *this = histogram{}; }

  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  /// The largest value itself.
  [[nodiscard]] std::uint64_t largest() const noexcept { return largest_; }
  /// @param share 0.99 for p99
  /// @return the upper edge of the bucket, 0 when nothing was added
  [[nodiscard]] std::uint64_t quantile(double share) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(static_cast<double>(total_) * share);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
      seen += counts_[i];
      if (seen > 0 && (seen > wanted || seen == total_))
        return edge(i);
    }
    return 0;
  }

private:
  static constexpr unsigned power_max = 34;
  static constexpr std::uint64_t steps = 1U << bits;
  static constexpr std::size_t buckets = (power_max - bits + 2) * steps;

  static std::size_t index(std::uint64_t value) noexcept {
    if (value < steps)
      return value;
    const auto power = static_cast<std::size_t>(std::bit_width(value)) - 1; // at least `bits`
    const auto at = (power - bits + 1) * steps + ((value >> (power - bits)) & (steps - 1));
    return std::min(buckets - 1, at);
  }
  static std::uint64_t edge(std::size_t i) noexcept {
    if (i < steps)
      return i + 1;
    const auto power = i / steps + bits - 1;
    return (steps + i % steps + 1) << (power - bits);
  }

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t total_ = 0, largest_ = 0;
};

} // namespace stentor::core
