#pragma once
/// For how long webhooks could be taken. Only such time counts for a recipient in doubt: a receipt
/// that nobody could take settles nothing. Time is an argument; one thread.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <deque>
#include <optional>

namespace stentor::core {

class listening_time {
public:
  /// Call about each step_max / 2: the process runs. Of a longer gap it stood still for a part.
  void runs(steady_time now);
  /// Call about once in gap_max; of a longer gap no more is counted, and nothing of the time in
  /// which the process stood still.
  /// @param listening whether webhooks could be taken since the last call
  void note(steady_time now, wall_time wall, bool listening);
  /// What began until this moment has been listened for as long as `wait`; none: nothing has. A
  /// clock that steps forward makes nothing older, one that steps back makes it wait longer.
  [[nodiscard]] std::optional<wall_time> heard_for(std::chrono::milliseconds wait);

  static constexpr std::chrono::milliseconds gap_max{1'000};
  static constexpr std::chrono::milliseconds step_max{200};

private:
  struct sample {
    wall_time wall;
    std::chrono::milliseconds listened{0};
  };
  static constexpr std::chrono::milliseconds resolution{500};

  std::optional<steady_time> ran_;  ///< the last call of runs() or note()
  steady_time noted_{};             ///< the last one of note()
  std::chrono::nanoseconds run_{0}; ///< since then, without standstills
  std::chrono::nanoseconds listened_{0};
  std::deque<sample>
      samples_; ///< of the last wait, each at least `resolution` after the one before
};

} // namespace stentor::core
