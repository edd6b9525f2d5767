/// See disk_guard.hpp.
#include "stentor/core/delivery/disk_guard.hpp"

namespace stentor::core {

namespace {

/// Of what the disk holds.
constexpr double relief_percent = 2;

} // namespace

disk_state disk_guard::look(const disk_space& now) noexcept {
  const auto used = now.used_percent();
  const auto beyond = [&](double limit, bool already) {
    return used >= (already ? limit - relief_percent : limit);
  };
  if (beyond(limits_.stop_percent, state_ == disk_state::full))
    state_ = disk_state::full;
  else if (beyond(limits_.alarm_percent, state_ != disk_state::fine))
    state_ = disk_state::filling;
  else
    state_ = disk_state::fine;
  return state_;
}

} // namespace stentor::core
