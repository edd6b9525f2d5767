#pragma once
/// Sentences that an operator must act on, by subject. Thread-safe.

#include "stentor/ports/system/engine_control.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace stentor::actors {

class alarm_board {
public:
  /// @param what names the subject, too
  /// @param organization whose alarm it is; 0: it concerns everybody
  void raise(const std::string& subject, core::sentence what,
             core::organization_no organization = {});
  /// That a campaign is paused: it is cleared with the subject "campaign " and its id.
  void raise_paused(const std::string& campaign_id, const core::sentence& reason,
                    core::organization_no organization);
  /// That a run of a recurring campaign could not start: cleared with "run " and the parent's id.
  void raise_run_refused(const std::string& parent_id, const core::sentence& why,
                         core::organization_no organization);
  void clear(const std::string& subject);
  [[nodiscard]] std::vector<ports::alarm> all() const;

private:
  mutable std::mutex mutex_;
  std::map<std::string, ports::alarm> alarms_;
};

} // namespace stentor::actors
