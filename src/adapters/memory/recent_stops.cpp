#include "adapters/memory/recent_stops.hpp"

#include <mutex>

namespace stentor::app {

std::size_t recent_stops::hash::operator()(const stop& s) const noexcept {
  // Phone numbers are dense, so their bits are spread (Fibonacci hashing).
  return (s.second ^ (static_cast<std::uint64_t>(s.first) << 52)) * 0x9E3779B97F4A7C15ULL;
}

void recent_stops::learn(core::number_no number, core::organization_no organization) {
  const std::unique_lock lock{mutex_};
  organizations_[number] = organization;
}

bool recent_stops::contains(core::number_no number, core::person_key person) const {
  if (size_.load(std::memory_order_acquire) == 0)
    return false;
  const std::shared_lock lock{mutex_};
  const auto found = organizations_.find(number);
  if (found == organizations_.end())
    return false;
  const stop wanted{found->second, person};
  return young_.contains(wanted) || old_.contains(wanted);
}

void recent_stops::add(core::organization_no organization, core::person_key person) {
  const std::unique_lock lock{mutex_};
  young_.insert({organization, person});
  size_.store(young_.size() + old_.size(), std::memory_order_release);
}

void recent_stops::remove(core::organization_no organization, core::person_key person) {
  const std::unique_lock lock{mutex_};
  young_.erase({organization, person});
  old_.erase({organization, person});
  size_.store(young_.size() + old_.size(), std::memory_order_release);
}

void recent_stops::age() {
  const std::unique_lock lock{mutex_};
  old_ = std::exchange(young_, {});
  size_.store(old_.size(), std::memory_order_release);
}

} // namespace stentor::app
