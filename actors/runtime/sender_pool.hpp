#pragma once
/// The senders of one tree. Each carries some of the business numbers, a number always the same
/// one, so whatever belongs together meets in one actor. Immutable; any thread.

#include "actors/runtime/interfaces.hpp"

#include <utility>
#include <vector>

namespace stentor::actors {

class sender_pool {
public:
  sender_pool() = default;
  explicit sender_pool(std::vector<sender_actor> senders) : senders_{std::move(senders)} {}

  [[nodiscard]] bool empty() const noexcept { return senders_.empty(); }
  [[nodiscard]] const std::vector<sender_actor>& all() const noexcept { return senders_; }
  /// Where a number's sender stands in all().
  [[nodiscard]] static std::size_t place(core::number_no number, std::size_t size) noexcept {
    return static_cast<std::uint32_t>(number.value()) % size;
  }
  /// Of a pool that isn't empty.
  [[nodiscard]] const sender_actor& of(core::number_no number) const {
    return senders_[place(number, senders_.size())];
  }

private:
  std::vector<sender_actor> senders_;
};

} // namespace stentor::actors
