#pragma once
/// How full the disk may get: people are told early, and sending ends before nothing can be stored
/// any more, because what was sent has to be. Pure; used from one thread.

#include <cstdint>

namespace stentor::core {

struct disk_space {
  std::uint64_t used_bytes = 0;
  std::uint64_t free_bytes = 0; ///< for an ordinary user

  /// As `df` shows it.
  [[nodiscard]] double used_percent() const noexcept {
    const auto all = static_cast<double>(used_bytes) + static_cast<double>(free_bytes);
    return all > 0 ? 100.0 * static_cast<double>(used_bytes) / all : 100.0;
  }
};

struct disk_limits {
  double alarm_percent = 80;
  double stop_percent = 95;
};

enum class disk_state : std::uint8_t {
  fine,
  filling, ///< somebody should look after it
  full,    ///< nobody new is sent to
};

/// A state ends only well below the limit at which it began, so that it does not come and go.
class disk_guard {
public:
  explicit disk_guard(disk_limits limits) noexcept : limits_{limits} {}

  disk_state look(const disk_space& now) noexcept;
  [[nodiscard]] disk_state state() const noexcept { return state_; }

private:
  disk_limits limits_;
  disk_state state_ = disk_state::fine;
};

} // namespace stentor::core
