#pragma once
/// Running campaigns: what runs, what a command makes of one, and whether one is over. Each method
/// is one transaction. Used from one thread (a store actor's); every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/campaign/plan.hpp"
#include "stentor/ports/access/principal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stentor::ports {

/// How a campaign tries again what a webhook says has failed.
struct retry_terms {
  bool retry_failed = false;
  std::int32_t retries_max = 0;
  core::recovery_terms recovery{};
  bool media_are_ours = false; ///< of its messages' headers
  bool over = true; ///< cancelled or expired, or there is no such campaign: nobody is tried again
};

class campaign_store {
public:
  virtual ~campaign_store() = default;

  /// Campaigns in `sending`, and finished ones that have retries due. Scheduled ones that are due
  /// become `sending` first.
  [[nodiscard]] virtual core::result<std::vector<core::campaign>> runnable(core::wall_time now) = 0;
  /// Pause, resume or cancel. conflict, with the sentence for the caller, when core::check_command
  /// refuses the command in the campaign's state. A cancelled campaign's rest is dropped. `reason`
  /// is kept for people, `kind` (of a pause) for programs; `audit`, when an operator gave the
  /// command, is written with it; conflict, too, when that order has been written before.
  [[nodiscard]] virtual core::status command(core::campaign_no campaign,
                                             core::campaign_command what,
                                             const std::optional<core::sentence>& reason,
                                             const std::optional<audit_entry>& audit,
                                             core::pause_kind kind = core::pause_kind::none) = 0;
  /// Ends a campaign as `to` (completed, expired, cancelled, failed) when every recipient is
  /// explained; false: not yet. Cheap while something is open. conflict when its state forbids it.
  /// An expired one says so as its reason.
  [[nodiscard]] virtual core::result<bool> end(core::campaign_no campaign,
                                               core::campaign_status to) = 0;
  /// What the planner has to know of it, as it is now.
  [[nodiscard]] virtual core::result<core::plan_terms>
  plan_terms_of(core::campaign_no campaign) = 0;
  /// Campaigns in `sending` or `paused` that use this template of this account.
  [[nodiscard]] virtual core::result<std::vector<core::campaign_no>>
  using_template(const std::string& waba_id, const std::string& name,
                 const std::string& language) = 0;
  [[nodiscard]] virtual core::result<retry_terms> retry_terms_of(core::campaign_no campaign,
                                                                 core::wall_time now) = 0;
};

} // namespace stentor::ports
