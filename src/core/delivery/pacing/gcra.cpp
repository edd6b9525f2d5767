#include "stentor/core/delivery/pacing/gcra.hpp"

#include <algorithm>
#include <cmath>

namespace stentor::core {

namespace {

constexpr std::chrono::nanoseconds window{std::chrono::seconds{1}};
/// Nobody sends less than one message in about a quarter of an hour; it also keeps the interval
/// finite.
constexpr double per_second_min = 0.001;
constexpr auto long_ago = steady_time::min();

std::chrono::nanoseconds interval_of(double per_second, std::chrono::nanoseconds jitter) {
  return std::chrono::nanoseconds{static_cast<std::int64_t>(
      std::ceil(static_cast<double>((window + jitter).count()) / per_second))};
}

} // namespace

gcra::gcra(double per_second, std::chrono::nanoseconds tolerance, std::chrono::nanoseconds jitter,
           steady_time start)
    : tolerance_{tolerance}, jitter_{jitter}, due_{start + tolerance} {
  set_rate(per_second);
}

std::chrono::nanoseconds gcra::rest(double per_second, std::chrono::nanoseconds tolerance,
                                    std::chrono::nanoseconds jitter) noexcept {
  const auto interval = interval_of(std::max(per_second, per_second_min), jitter);
  return std::min(window + jitter, 2 * (tolerance + interval));
}

void gcra::set_rate(double per_second) {
  const auto before = interval_;
  per_second_ = std::max(per_second, per_second_min);
  interval_ = interval_of(per_second_, jitter_);
  // What the latest event has left to wait is paced by the new rate, too.
  if (due_ > taken_at_ && taken_at_ != steady_time{})
    due_ = taken_at_ +
           std::chrono::nanoseconds{static_cast<std::int64_t>(
               static_cast<double>((due_ - taken_at_).count()) *
               (static_cast<double>(interval_.count()) / static_cast<double>(before.count())))};
  last_taken_ = 0;
  limit_ = static_cast<std::size_t>(std::ceil(per_second_));
  if (limit_ <= gone_.size())
    return;
  // In order of time again, behind a past that is long over.
  std::rotate(gone_.begin(), gone_.begin() + static_cast<std::ptrdiff_t>(head_), gone_.end());
  gone_.insert(gone_.begin(), limit_ - gone_.size(), long_ago);
  head_ = 0;
}

std::size_t gcra::take(std::size_t wanted, steady_time now) noexcept {
  if (wanted == 0 || limit_ == 0 || now < next())
    return 0;
  due_before_ = due_;
  taken_at_ = now;
  last_taken_ = 0;
  while (last_taken_ < wanted && now >= next()) {
    due_ = std::max(now, due_) + interval_;
    gone_[head_] = now;
    head_ = head_ + 1 < gone_.size() ? head_ + 1 : 0;
    ++last_taken_;
  }
  return last_taken_;
}

steady_time gcra::next() const noexcept {
  const auto paced = due_ - tolerance_;
  if (limit_ == 0)
    return paced;
  const auto first = head_ >= limit_ ? head_ - limit_ : head_ + gone_.size() - limit_;
  return std::max(paced, gone_[first] + window + jitter_);
}

void gcra::refund(std::size_t count) noexcept {
  count = std::min(count, last_taken_);
  last_taken_ -= count;
  due_ = last_taken_ == 0 && count > 0 ? due_before_
                                       : due_ - interval_ * static_cast<std::int64_t>(count);
  // What stood there before was old enough to let these go; how old exactly is forgotten.
  for (; count > 0; --count) {
    head_ = head_ > 0 ? head_ - 1 : gone_.size() - 1;
    gone_[head_] = taken_at_ - window - jitter_;
  }
}

} // namespace stentor::core
