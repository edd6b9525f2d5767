#include "stentor/core/delivery/listening_time.hpp"

#include <algorithm>

namespace stentor::core {

using std::chrono::milliseconds;

void listening_time::runs(steady_time now) {
  if (ran_)
    run_ += std::clamp<std::chrono::nanoseconds>(now - *ran_, milliseconds{0}, step_max);
  ran_ = now;
}

void listening_time::note(steady_time now, wall_time wall, bool listening) {
  if (ran_) {
    const auto gap = std::max<std::chrono::nanoseconds>(now - noted_, milliseconds{0});
    // Whatever began since then has no earlier time than this, also by a clock that stepped back.
    const auto earliest = wall - std::chrono::ceil<milliseconds>(gap);
    for (auto s = samples_.rbegin(); s != samples_.rend() && s->wall > earliest; ++s)
      s->wall = earliest; // the walls of the samples never fall, so that the rest is earlier
    runs(now);
    if (listening)
      listened_ += std::min<std::chrono::nanoseconds>(run_, gap_max);
  }
  ran_ = noted_ = now;
  run_ = milliseconds{0};
  const auto listened = std::chrono::duration_cast<milliseconds>(listened_);
  if (samples_.empty() || listened >= samples_.back().listened + resolution)
    samples_.push_back({wall, listened});
}

std::optional<wall_time> listening_time::heard_for(milliseconds wait) {
  const auto enough = std::chrono::duration_cast<milliseconds>(listened_) - wait;
  while (samples_.size() > 1 && samples_[1].listened <= enough)
    samples_.pop_front();
  if (samples_.empty() || samples_.front().listened > enough)
    return std::nullopt;
  return samples_.front().wall;
}

} // namespace stentor::core
