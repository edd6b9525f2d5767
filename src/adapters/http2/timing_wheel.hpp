#pragma once
/// Deadlines of streams: put in, taken out and found due in O(1), with a resolution of 16 ms. For
/// one thread.

#include "adapters/http2/stream.hpp"

#include <array>
#include <chrono>
#include <cstdint>

namespace stentor::http2 {

class timing_wheel {
public:
  explicit timing_wheel(core::steady_time now) : tick_{tick_of(now)} {}

  void insert(stream& s, core::steady_time deadline) noexcept {
    s.due_tick = std::max(tick_of(deadline) + 1, tick_ + 1);
    auto*& head = slot(s.due_tick);
    s.wheel_previous = nullptr;
    s.wheel_next = head;
    if (head != nullptr)
      head->wheel_previous = &s;
    head = &s;
    ++size_;
  }

  void erase(stream& s) noexcept {
    if (s.due_tick < 0)
      return;
    if (s.wheel_previous != nullptr)
      s.wheel_previous->wheel_next = s.wheel_next;
    else
      slot(s.due_tick) = s.wheel_next;
    if (s.wheel_next != nullptr)
      s.wheel_next->wheel_previous = s.wheel_previous;
    s.wheel_previous = s.wheel_next = nullptr;
    s.due_tick = -1;
    --size_;
  }

  /// Takes out every stream whose deadline has passed and calls `due(stream&)` for it.
  template <class Due>
  void advance(core::steady_time now, Due due) {
    const auto target = tick_of(now);
    // After a long pause one round sees every slot; more would see them again.
    if (target - tick_ > slots)
      tick_ = target - slots;
    while (tick_ < target) {
      ++tick_;
      for (auto* s = slot(tick_); s != nullptr;) {
        auto* const next = s->wheel_next;
        if (s->due_tick <= target) {
          erase(*s);
          due(*s);
        }
        s = next;
      }
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  static constexpr std::int64_t slots =
      4096; // about a minute; later deadlines wait for another round

  static std::int64_t tick_of(core::steady_time at) noexcept {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count() /
           16;
  }
  stream*& slot(std::int64_t tick) noexcept {
    return slots_[static_cast<std::size_t>(tick % slots)];
  }

  std::array<stream*, slots> slots_{};
  std::int64_t tick_;
  std::size_t size_ = 0;
};

} // namespace stentor::http2
