#pragma once
/// How fast a count grows, smoothed over some seconds, and how long the rest will take. One thread;
/// time is an argument.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>

namespace stentor::app {

class pace {
public:
  using time = std::chrono::steady_clock::time_point;

  /// Counts that the daemon renews once a second are read more often than that: only the moments
  /// of change tell a rate.
  void saw(std::int64_t count, time now) {
    if (!seen_.empty() && seen_.back().count == count) {
      if (now - seen_.back().at > std::chrono::seconds{3})
        seen_ = {{count, now}}; // it stands still
      return;
    }
    seen_.push_back({count, now});
    while (seen_.size() > 2 && now - seen_.front().at > std::chrono::seconds{5})
      seen_.pop_front();
  }

  [[nodiscard]] double per_second() const {
    if (seen_.size() < 2)
      return 0;
    const std::chrono::duration<double> span = seen_.back().at - seen_.front().at;
    const auto grown = static_cast<double>(seen_.back().count - seen_.front().count);
    return span.count() <= 0 ? 0 : std::max(0.0, grown / span.count());
  }

  /// 0 when the count stands still.
  [[nodiscard]] std::chrono::seconds left(std::int64_t rest) const {
    const auto speed = per_second();
    if (speed <= 0 || rest <= 0)
      return std::chrono::seconds{0};
    return std::chrono::seconds{1 + static_cast<std::int64_t>(static_cast<double>(rest) / speed)};
  }

private:
  struct look {
    std::int64_t count;
    time at;
  };
  std::deque<look> seen_;
};

} // namespace stentor::app
