#pragma once
/// Rate limits as pure state machines; time is an argument, in steady nanoseconds.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stentor::core {

/// GCRA in its virtual-scheduling form (ITU-T I.371) for the pace, and the moments of the last
/// window's events for the bound: an event goes only if the one `limit` before it went a window and
/// `jitter` earlier. So a receiver whose messages are delayed by up to `jitter` never sees more
/// than `limit` (rounded up) in any window, while a sender that wakes up late catches up by
/// `tolerance` without losing permits. A pacer that starts at `start` admits nothing before it: a
/// new owner of a number waits one window.
class gcra {
public:
  gcra() = default;
  /// @param per_second more than 0
  gcra(double per_second, std::chrono::nanoseconds tolerance, std::chrono::nanoseconds jitter,
       steady_time start);

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

/// Meta's limit per pair of sending number and person: one message in 6 s, bursts up to 45 that
/// borrow from the future (meta brief, 4.2). Remembers only people who were written to within the
/// last interval or owe one.
class pair_limiter {
public:
  pair_limiter() = default;
  pair_limiter(std::chrono::nanoseconds interval, std::uint32_t burst);

  /// Whether this person may be written to at `now`; if so it is counted. Otherwise `next_at` says
  /// when.
  [[nodiscard]] bool take(person_key person, steady_time now, steady_time& next_at);
  [[nodiscard]] std::size_t size() const noexcept { return used_; }

private:
  struct slot {
    person_key person = 0;
    steady_time due{};
  };
  [[nodiscard]] static std::size_t place(person_key person, std::size_t mask) noexcept;
  void grow(steady_time now);

  std::chrono::nanoseconds interval_{std::chrono::seconds{6}};
  std::uint32_t burst_ = 45;
  std::vector<slot> slots_;
  std::size_t used_ = 0;
};

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
