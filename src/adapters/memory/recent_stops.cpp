#include "adapters/memory/recent_stops.hpp"

#include <algorithm>
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
  return stops_.contains({found->second, person});
}

void recent_stops::add(core::organization_no organization, core::person_key person) {
  const std::unique_lock lock{mutex_};
  stops_[{organization, person}] = {age_, ++moment_};
  size_.store(stops_.size(), std::memory_order_release);
}

void recent_stops::remove(core::organization_no organization, core::person_key person) {
  const std::unique_lock lock{mutex_};
  stops_.erase({organization, person});
  size_.store(stops_.size(), std::memory_order_release);
}

std::uint64_t recent_stops::moment() const {
  const std::shared_lock lock{mutex_};
  return moment_;
}

void recent_stops::remove_until(core::organization_no organization, core::person_key person,
                                std::uint64_t moment) {
  const std::unique_lock lock{mutex_};
  const auto found = stops_.find({organization, person});
  if (found == stops_.end() || found->second.moment > moment)
    return;
  stops_.erase(found);
  size_.store(stops_.size(), std::memory_order_release);
}

std::shared_ptr<const void> recent_stops::reading() {
  const std::unique_lock lock{mutex_};
  if (readers_.empty() || readers_.back().age != age_)
    readers_.push_back({age_, std::make_shared<const std::uint64_t>(age_)});
  return readers_.back().token;
}

/// A stop is written a moment after it is here, so that whoever began to read in the next age can
/// have missed it, too.
void recent_stops::age() {
  const std::unique_lock lock{mutex_};
  ++age_;
  while (!readers_.empty() && readers_.front().token.use_count() == 1)
    readers_.pop_front();
  const auto oldest = readers_.empty() ? age_ : std::min(age_, readers_.front().age);
  std::erase_if(stops_, [&](const auto& s) { return s.second.age + 1 < oldest; });
  size_.store(stops_.size(), std::memory_order_release);
}

} // namespace stentor::app
