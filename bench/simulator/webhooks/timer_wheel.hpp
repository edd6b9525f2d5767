#pragma once
/// Things that are timer_kind later, millions of them at 16 bytes each: a wheel of one slot per
/// millisecond for the next eight seconds, and a heap for what lies further ahead. Thread contract:
/// one thread.

#include <algorithm>
#include <array>
#include <cstdint>
#include <queue>
#include <vector>

namespace stentor::load {

struct timer_entry {
  std::uint32_t due_ms = 0; ///< since the start of the wheel's owner
  std::uint32_t what = 0;   ///< the owner's
  std::uint64_t which = 0;  ///< the owner's
};
static_assert(sizeof(timer_entry) == 16);

class timer_wheel {
public:
  static constexpr std::uint32_t slots = 8192;

  void add(const timer_entry& entry) {
    ++size_;
    if (entry.due_ms >= now_ms_ + slots)
      later_.push(entry);
    else
      wheel_[std::max(entry.due_ms, now_ms_) % slots].push_back(entry);
  }

  /// Hands out all that is due at or before now, in order of milliseconds. `take` may add entries.
  template <class Take>
  void advance(std::uint32_t now_ms, Take take) {
    for (;;) {
      auto& slot = wheel_[now_ms_ % slots];
      for (std::size_t i = 0; i < slot.size(); ++i) {
        --size_;
        const auto entry = slot[i];
        take(entry);
      }
      // A slot keeps its memory for the next round unless a burst made it unusually large.
      if (slot.capacity() > 4096)
        std::vector<timer_entry>{}.swap(slot);
      else
        slot.clear();
      if (now_ms_ >= now_ms)
        return;
      ++now_ms_;
      while (!later_.empty() && later_.top().due_ms < now_ms_ + slots) {
        wheel_[later_.top().due_ms % slots].push_back(later_.top());
        later_.pop();
      }
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  struct later_first {
    bool operator()(const timer_entry& a, const timer_entry& b) const {
      return a.due_ms > b.due_ms;
    }
  };
  std::array<std::vector<timer_entry>, slots> wheel_;
  std::priority_queue<timer_entry, std::vector<timer_entry>, later_first> later_;
  std::uint32_t now_ms_ = 0;
  std::size_t size_ = 0;
};

} // namespace stentor::load
