#pragma once
/// Durations in buckets of at most 6 % width, over the last ten seconds. For one thread.

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>

namespace stentor::http2 {

class histogram {
public:
  void add(std::chrono::nanoseconds duration, std::uint32_t count = 1) noexcept {
    now_[index(duration)] += count;
  }

  /// Forgets what is older than two of these calls.
  void rotate() noexcept {
    before_ = now_;
    now_.fill(0);
  }

  /// @param share 0.99 for p99
  /// @return the upper edge of the bucket in ms, 0 when nothing was added
  [[nodiscard]] double quantile_ms(double share) const noexcept {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < buckets; ++i)
      total += now_[i] + before_[i];
    if (total == 0)
      return 0;
    const auto wanted = static_cast<std::uint64_t>(static_cast<double>(total) * share);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
      seen += now_[i] + before_[i];
      if (seen > wanted || seen == total)
        return edge_us(i) / 1000.0;
    }
    return 0;
  }

private:
  static constexpr std::size_t buckets = 512;

  // Sixteen linear steps in every power of two of microseconds.
  static std::size_t index(std::chrono::nanoseconds duration) noexcept {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)) / 1000;
    if (us < 16)
      return us;
    const auto power = static_cast<std::size_t>(std::bit_width(us)) - 1; // at least 4
    return std::min(buckets - 1, (power - 3) * 16 + ((us >> (power - 4)) & 15));
  }

  static double edge_us(std::size_t i) noexcept {
    if (i < 16)
      return static_cast<double>(i + 1);
    const auto power = i / 16 + 3;
    return static_cast<double>((16 + i % 16 + 1) * (std::uint64_t{1} << (power - 4)));
  }

  std::array<std::uint64_t, buckets> now_{};
  std::array<std::uint64_t, buckets> before_{};
};

} // namespace stentor::http2
