#include "stentor/core/campaign/run_state.hpp"

#include <utility>

namespace stentor::core {

void run_state::pause_asked() noexcept {
  if (pause_ == pause::none)
    pause_ = pause::asked;
}

bool run_state::pause_refused() noexcept {
  if (pause_ != pause::asked)
    return false;
  pause_ = pause::none;
  return true;
}

bool run_state::window_moved(bool outside) noexcept {
  return std::exchange(outside_window_, outside) != outside;
}

bool run_state::may_end() const noexcept {
  if (over_ || cancelling_ || claiming_ || asking_end_)
    return false;
  return expiring_ || (exhausted_ && !is_paused());
}

} // namespace stentor::core
