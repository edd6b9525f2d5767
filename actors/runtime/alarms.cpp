#include "actors/runtime/alarms.hpp"

#include <utility>

namespace stentor::actors {

void alarm_board::raise(const std::string& subject, core::sentence what,
                        core::organization_no organization) {
  const std::lock_guard lock{mutex_};
  alarms_[subject] = {organization, std::move(what)};
}

void alarm_board::raise_paused(const std::string& campaign_id, const core::sentence& reason,
                               core::organization_no organization) {
  raise("campaign " + campaign_id,
        core::make_sentence("campaign_paused", "campaign {campaign}: It is paused: {reason}",
                            core::quoting(reason, {{"campaign", campaign_id}})),
        organization);
}

void alarm_board::raise_run_refused(const std::string& parent_id, const core::sentence& why,
                                    core::organization_no organization) {
  raise("run " + parent_id,
        core::make_sentence("campaign_run_refused", "campaign {campaign}: {reason}",
                            core::quoting(why, {{"campaign", parent_id}})),
        organization);
}

void alarm_board::clear(const std::string& subject) {
  const std::lock_guard lock{mutex_};
  alarms_.erase(subject);
}

std::vector<ports::alarm> alarm_board::all() const {
  const std::lock_guard lock{mutex_};
  std::vector<ports::alarm> all;
  for (const auto& [subject, alarm] : alarms_)
    all.push_back(alarm);
  return all;
}

} // namespace stentor::actors
