#pragma once
/// The business numbers of this engine with their tokens and limits of the moment. The supervisor
/// alone replaces the list, when it has its keys and with each reload; thread-safe.

#include "actors/runtime/messages.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace stentor::actors {

class number_board {
public:
  /// As it is now; a later reload does not change it. Never null.
  [[nodiscard]] numbers_ptr all() const {
    const std::lock_guard lock{mutex_};
    return numbers_;
  }
  void replace(std::vector<ports::number> numbers) {
    auto next = std::make_shared<const std::vector<ports::number>>(std::move(numbers));
    const std::lock_guard lock{mutex_};
    numbers_ = std::move(next);
  }

private:
  mutable std::mutex mutex_;
  numbers_ptr numbers_ = std::make_shared<const std::vector<ports::number>>();
};

} // namespace stentor::actors
