/// Rate limits. Each object belongs to one thread.
#include "stentor/core/delivery/pacing.hpp"

#include <algorithm>
#include <cmath>

namespace stentor::core {

namespace {

constexpr std::chrono::nanoseconds window{std::chrono::seconds{1}};
/// Nobody sends less than one message in about a quarter of an hour; it also keeps the interval
/// finite.
constexpr double per_second_min = 0.001;
constexpr std::size_t slots_min = 64;
constexpr auto long_ago = steady_time::min();

} // namespace

gcra::gcra(double per_second, std::chrono::nanoseconds tolerance, std::chrono::nanoseconds jitter,
           steady_time start)
    : tolerance_{tolerance}, jitter_{jitter}, due_{start + tolerance} {
  set_rate(per_second);
}

void gcra::set_rate(double per_second) {
  per_second_ = std::max(per_second, per_second_min);
  const auto whole = static_cast<double>((window + jitter_).count());
  interval_ = std::chrono::nanoseconds{static_cast<std::int64_t>(std::ceil(whole / per_second_))};
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

pair_limiter::pair_limiter(std::chrono::nanoseconds interval, std::uint32_t burst)
    : interval_{std::max(interval, std::chrono::nanoseconds{1})}, burst_{std::max(burst, 1U)} {}

bool pair_limiter::take(person_key person, steady_time now, steady_time& next_at) {
  if (person == 0) // unknown: Meta will say
    return true;
  if (slots_.empty() || used_ * 2 >= slots_.size())
    grow(now);
  const auto tolerance = interval_ * static_cast<std::int64_t>(burst_ - 1);
  const auto mask = slots_.size() - 1;
  slot* expired = nullptr;
  for (auto at = place(person, mask);; at = (at + 1) & mask) {
    auto& here = slots_[at];
    if (here.person == person) {
      if (now < here.due - tolerance) {
        next_at = here.due - tolerance;
        return false;
      }
      here.due = std::max(now, here.due) + interval_;
      return true;
    }
    if (here.person == 0) {
      // A slot whose person owes nothing any more may change hands; it stays part of the probe
      // chains that cross it.
      auto& home = expired != nullptr ? *expired : here;
      used_ += expired != nullptr ? 0 : 1;
      home = slot{person, now + interval_};
      return true;
    }
    if (expired == nullptr && here.due <= now)
      expired = &here;
  }
}

std::size_t pair_limiter::place(person_key person, std::size_t mask) noexcept {
  return static_cast<std::size_t>((person * 0x9E3779B97F4A7C15ULL) >> 20) & mask;
}

void pair_limiter::grow(steady_time now) {
  const auto live = static_cast<std::size_t>(std::count_if(
      slots_.begin(), slots_.end(), [&](const slot& s) { return s.person != 0 && s.due > now; }));
  auto size = slots_min;
  while (size < live * 4)
    size *= 2;
  std::vector<slot> old(size);
  old.swap(slots_);
  used_ = 0;
  const auto mask = size - 1;
  for (const auto& s : old) {
    if (s.person == 0 || s.due <= now)
      continue;
    auto at = place(s.person, mask);
    while (slots_[at].person != 0)
      at = (at + 1) & mask;
    slots_[at] = s;
    ++used_;
  }
}

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
