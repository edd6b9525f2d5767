#pragma once
/// Who runs which campaign and which number, so that outcomes find their way without a hop through
/// the supervisor. Thread-safe.

#include "actors/runtime/interfaces.hpp"

#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace stentor::actors {

class registry {
public:
  void put(core::campaign_no campaign, campaign_actor actor);
  void put(core::number_no number, rate_limiter_actor actor, core::lease_epoch epoch);
  void remove_campaign(core::campaign_no campaign);
  void remove_number(core::number_no number);
  void remove_numbers();
  [[nodiscard]] campaign_actor
  campaign(core::campaign_no campaign) const;                     ///< null when it does not run
  [[nodiscard]] std::vector<core::campaign_no> campaigns() const; ///< those that run
  [[nodiscard]] rate_limiter_actor
  limiter(core::number_no number) const; ///< null when it does not run
  [[nodiscard]] core::lease_epoch
  epoch(core::number_no number) const; ///< under which it runs; 0 when it does not run

private:
  mutable std::mutex mutex_;
  std::map<core::campaign_no, campaign_actor> campaigns_;
  std::map<core::number_no, std::pair<rate_limiter_actor, core::lease_epoch>> numbers_;
};

} // namespace stentor::actors
