#include "actors/runtime/registry.hpp"

namespace stentor::actors {

void registry::put(core::campaign_no campaign, campaign_actor actor) {
  const std::lock_guard lock{mutex_};
  campaigns_[campaign] = std::move(actor);
}

void registry::put(core::number_no number, rate_limiter_actor actor, core::lease_epoch epoch) {
  const std::lock_guard lock{mutex_};
  numbers_[number] = {std::move(actor), epoch};
}

void registry::remove_campaign(core::campaign_no campaign) {
  const std::lock_guard lock{mutex_};
  campaigns_.erase(campaign);
}

void registry::remove_number(core::number_no number) {
  const std::lock_guard lock{mutex_};
  numbers_.erase(number);
}

void registry::remove_numbers() {
  const std::lock_guard lock{mutex_};
  numbers_.clear();
}

campaign_actor registry::campaign(core::campaign_no campaign) const {
  const std::lock_guard lock{mutex_};
  const auto found = campaigns_.find(campaign);
  return found == campaigns_.end() ? campaign_actor{} : found->second;
}

rate_limiter_actor registry::limiter(core::number_no number) const {
  const std::lock_guard lock{mutex_};
  const auto found = numbers_.find(number);
  return found == numbers_.end() ? rate_limiter_actor{} : found->second.first;
}

core::lease_epoch registry::epoch(core::number_no number) const {
  const std::lock_guard lock{mutex_};
  const auto found = numbers_.find(number);
  return found == numbers_.end() ? core::lease_epoch{} : found->second.second;
}

std::vector<core::campaign_no> registry::campaigns() const {
  const std::lock_guard lock{mutex_};
  std::vector<core::campaign_no> all;
  for (const auto& [no, actor] : campaigns_)
    all.push_back(no);
  return all;
}

} // namespace stentor::actors
