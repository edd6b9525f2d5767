#include "stentor/core/delivery/pacing/adaptive_rate.hpp"

#include <algorithm>
#include <chrono>

namespace stentor::core {

void adaptive_rate::throttled(steady_time now) noexcept {
  if (ever_throttled_ && now - throttled_at_ < std::chrono::seconds{1})
    return; // answers of requests that were under way before the first halving
  const auto rate = current(now);
  current_ = std::max(rate / 2, limit_ / 50);
  ever_throttled_ = true;
  throttled_at_ = now;
  recovered_at_ = now;
}

double adaptive_rate::current(steady_time now) noexcept {
  if (current_ >= limit_)
    return current_ = limit_;
  const auto elapsed = std::chrono::duration<double>(now - recovered_at_).count();
  if (elapsed > 0) {
    current_ = std::min(limit_, current_ + elapsed * limit_ / 50);
    recovered_at_ = now;
  }
  return current_;
}

void adaptive_rate::set_limit(double limit_per_second) noexcept {
  const bool free = current_ >= limit_;
  limit_ = limit_per_second;
  current_ = free ? limit_ : std::min(current_, limit_);
}

} // namespace stentor::core
