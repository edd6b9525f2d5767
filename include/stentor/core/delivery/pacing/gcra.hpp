#pragma once
/// The pace of one number as a pure state machine; time is an argument. One thread.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace stentor::core {

/// GCRA in its virtual-scheduling form (ITU-T I.371) for the pace, and the moments of the last
/// window's events for the bound: an event goes only if the one `limit` before it went a window and
/// `jitter` earlier. So a receiver whose messages are delayed by up to `jitter` never sees more
/// than `limit` (rounded up) in any window, while a sender that wakes up late catches up by
/// `tolerance` without losing permits. A pacer that starts at `start` admits nothing before it.
class gcra {
public:
  gcra() = default;
  /// @param per_second more than 0
  gcra(double per_second, std::chrono::nanoseconds tolerance, std::chrono::nanoseconds jitter,
       steady_time start);

  /// How long nobody may send between the last event of one pacer and the first of the next, when
  /// the one knows nothing of the other (its process died), so that no window sees more than
  /// `limit`: each may have used its tolerance and one event at its edge. Never longer than a
  /// window.
  [[nodiscard]] static std::chrono::nanoseconds rest(double per_second,
                                                     std::chrono::nanoseconds tolerance,
                                                     std::chrono::nanoseconds jitter) noexcept;

  /// How many of `wanted` may go at `now`; they are counted as gone.
  std::size_t take(std::size_t wanted, steady_time now) noexcept;
  /// When the next one may go.
  [[nodiscard]] steady_time next() const noexcept;
  /// A new rate holds from now on; what went before still counts.
  void set_rate(double per_second);
  /// Gives back permits of the latest take() of which no byte was written. Those of earlier takes
  /// are lost: the time that they stood for is over, and giving them back could put one event too
  /// many into a later window.
  void refund(std::size_t count) noexcept;
  [[nodiscard]] double per_second() const noexcept { return per_second_; }

private:
  double per_second_ = 0;
  std::chrono::nanoseconds interval_{0};
  std::chrono::nanoseconds tolerance_{0};
  std::chrono::nanoseconds jitter_{0};
  steady_time due_{};        ///< theoretical arrival time
  steady_time due_before_{}; ///< before the latest take()
  steady_time taken_at_{};
  std::size_t last_taken_ = 0;
  std::vector<steady_time> gone_; ///< when the latest events went, a ring; it only grows
  std::size_t head_ = 0;          ///< where the next one goes
  std::size_t limit_ = 0;         ///< events of a window
};

} // namespace stentor::core
