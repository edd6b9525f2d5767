#pragma once
/// How often one person may be written to; time is an argument. One thread.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stentor::core {

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

} // namespace stentor::core
