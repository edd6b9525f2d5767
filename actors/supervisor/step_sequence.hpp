#pragma once
/// Steps one after the other, each of which asks somebody and goes on when it has the answer. One
/// thread. Whoever drops the sequence hears no more of it: answers that still come are ignored.

#include "stentor/core/base/result.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace stentor::actors {

class step_sequence : public std::enable_shared_from_this<step_sequence> {
public:
  using ended = std::function<void(const core::status&)>;
  /// Calls `next` once, with the problem that ends the sequence or with ok.
  using step = std::function<void(ended next)>;

  /// @param end called after the last step, or with the first problem
  step_sequence(std::vector<step> steps, ended end)
      : steps_{std::move(steps)}, end_{std::move(end)} {}

  /// Runs the next step.
  void run() {
    if (at_ == steps_.size())
      return end_(core::ok{});
    steps_[at_++]([weak = weak_from_this()](const core::status& status) {
      const auto sequence = weak.lock();
      if (!sequence)
        return;
      if (status)
        sequence->run();
      else
        sequence->end_(status);
    });
  }

private:
  std::vector<step> steps_;
  ended end_;
  std::size_t at_ = 0;
};

} // namespace stentor::actors
