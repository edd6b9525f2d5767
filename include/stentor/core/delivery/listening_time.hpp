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
  /// Call about once in gap_max; of a longer gap (the process stood still) no more is counted.
  /// @param listening whether webhooks could be taken since the last call
  void note(steady_time now, wall_time wall, bool listening);
  /// What began until this moment has been listened for as long as `wait`; none: nothing has. A
  /// clock that steps forward makes nothing older, one that steps back makes it wait longer.
  [[nodiscard]] std::optional<wall_time> heard_for(std::chrono::milliseconds wait);

  static constexpr std::chrono::milliseconds gap_max{1'000};

private:
  struct sample {
    wall_time wall;
    std::chrono::milliseconds listened{0};
  };
  static constexpr std::chrono::milliseconds resolution{500};

  std::optional<steady_time> noted_;
  std::chrono::nanoseconds listened_{0};
  std::deque<sample>
      samples_; ///< of the last wait, each at least `resolution` after the one before
};

} // namespace stentor::core
