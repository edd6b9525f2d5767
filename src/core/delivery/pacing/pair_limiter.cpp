#include "stentor/core/delivery/pacing/pair_limiter.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

constexpr std::size_t slots_min = 64;

} // namespace

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

} // namespace stentor::core
