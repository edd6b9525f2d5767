#pragma once
/// The business numbers of this engine with their tokens and limits of the moment. The supervisor
/// alone replaces the list, when it has its keys and with each reload; thread-safe.

#include "actors/runtime/messages.hpp"

#include <algorithm>
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
  /// The one with this number; null if it isn't this engine's.
  [[nodiscard]] std::shared_ptr<const ports::number> find(core::number_no no) const {
    auto all = this->all();
    const auto found = std::find_if(all->begin(), all->end(),
                                    [&](const ports::number& number) { return number.no == no; });
    if (found == all->end())
      return nullptr;
    return {std::move(all), &*found};
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
