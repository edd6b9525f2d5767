#pragma once
/// What the planner has to know of a campaign to say how it will go. Every call blocks.
/// Thread-safe.

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/plan.hpp"
#include "stentor/ports/access/principal.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::ports {

struct planned_campaign {
  core::campaign_status status = core::campaign_status::draft;
  /// Of one that has not started: divided as its list would be now; without parts while there is no
  /// list (it may be made of customers when it starts).
  core::plan_terms terms;
  std::optional<core::wall_time> starts_at;
  bool freezing = false; ///< its list is being drawn
  double per_second = 0; ///< of the numbers that can send now, together
  std::string time_zone; ///< of the organization: days are counted in it
};

class campaign_planning {
public:
  virtual ~campaign_planning() = default;

  /// Writes nothing. not_found also for a campaign of another organization.
  [[nodiscard]] virtual core::result<planned_campaign> plan(const principal& who,
                                                            std::string_view id) = 0;
};

} // namespace stentor::ports
