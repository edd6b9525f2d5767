#pragma once
/// Looks at the gates of what is being sent: lets the rest of a campaign go after its canary, or
/// stops it. Any daemon may look, several at once: each decision is made once. Used from one
/// thread; every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"

#include <string>
#include <vector>

namespace stentor::ports {

/// What was decided about a campaign.
struct gate_note {
  core::campaign_no campaign{};
  std::string campaign_id;
  core::organization_no organization{};
  core::sentence what;
  bool paused = false; ///< it is, until a person says more; otherwise its rest may go
};

class gate_watch {
public:
  virtual ~gate_watch() = default;
  /// Decides about every campaign that is being sent and asks for gates. Each decision is one
  /// transaction that locks the campaign and looks again.
  [[nodiscard]] virtual core::result<std::vector<gate_note>> look(core::wall_time now) = 0;
};

} // namespace stentor::ports
