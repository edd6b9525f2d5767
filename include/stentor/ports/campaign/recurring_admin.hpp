#pragma once
/// Recurring campaigns as the admin API starts and shows them; drafts of them are campaign_admin's,
/// pause, resume and cancel the engine's. Every call blocks and is one transaction. Thread-safe.

#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string_view>
#include <vector>

namespace stentor::ports {

class recurring_admin {
public:
  virtual ~recurring_admin() = default;

  /// From now on it waits for its runs. What stood in the way of a launch was asked before, and is
  /// asked again for each run.
  /// @return what keeps it from that; when there is anything, nothing was changed. conflict when
  /// core::check_command refuses.
  [[nodiscard]] virtual core::result<std::vector<core::sentence>> start(const principal& who,
                                                                        std::string_view id) = 0;
  /// A page of its runs as campaign_admin shows campaigns, the latest first; none of one that is no
  /// recurring campaign.
  [[nodiscard]] virtual core::result<core::json_text>
  runs(const principal& who, std::string_view id, core::page wanted) = 0;
};

} // namespace stentor::ports
