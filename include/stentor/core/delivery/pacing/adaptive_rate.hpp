#pragma once
/// How fast a number goes after Meta said "too fast"; time is an argument. One thread.

#include "stentor/core/base/ids.hpp"

namespace stentor::core {

/// AIMD on a number's rate: halve on throttling (130429), at most once a second; recover a fiftieth
/// of the limit a second.
class adaptive_rate {
public:
  adaptive_rate() = default;
  explicit adaptive_rate(double limit_per_second)
      : limit_{limit_per_second}, current_{limit_per_second} {}

  void throttled(steady_time now) noexcept;
  /// The rate to use at `now`.
  [[nodiscard]] double current(steady_time now) noexcept;
  void set_limit(double limit_per_second) noexcept;

private:
  double limit_ = 80;
  double current_ = 80;
  bool ever_throttled_ = false;
  steady_time throttled_at_{};
  steady_time recovered_at_{};
};

} // namespace stentor::core
