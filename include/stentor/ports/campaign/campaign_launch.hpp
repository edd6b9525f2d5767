#pragma once
/// How a campaign starts: the store brings the facts, core::check_launch decides. Every call
/// blocks, a launch of millions for minutes. Thread-safe.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/preflight.hpp"
#include "stentor/ports/access/principal.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::ports {

struct launched_campaign {
  core::campaign_no no{};
  core::campaign_status status = core::campaign_status::draft; ///< sending, or scheduled
  std::vector<core::sentence> obstacles; ///< when there is any, nothing was changed
};

/// Whom a campaign would be for if it started now.
struct counted_audience {
  std::int64_t people = 0; ///< before anybody is left out
  bool exact = false; ///< they were looked up and screened; otherwise a guess, and nothing else
  std::int64_t sendable = 0;
  std::int64_t waiting = 0; ///< of these, who had enough marketing and is waited for
  std::vector<std::pair<std::string, std::int64_t>> screened; ///< by reason, the most first
};

class campaign_launch {
public:
  using check = std::function<std::vector<core::sentence>(const core::launch_facts&)>;

  virtual ~campaign_launch() = default;

  /// What speaks for and against sending it now; locks nothing and changes nothing.
  [[nodiscard]] virtual core::result<core::launch_facts> facts(const principal& who,
                                                               std::string_view id) = 0;
  /// Of one whose list is drawn of the customers when it starts: whom it would be for now, for
  /// seconds at most. Changes nothing, keeps nobody waiting, and is not exact where there are very
  /// many, or while another one of the organization is counted. None: its list is there.
  [[nodiscard]] virtual core::result<std::optional<counted_audience>>
  count(const principal& who, std::string_view id) = 0;
  /// Screens the list once more, and asks `obstacles` of the facts as they are then. Without any
  /// the campaign is sending, or scheduled when its time lies ahead and it was a draft; all in one
  /// transaction. A list of customers is drawn by a job (freeze_store), and the campaign scheduled
  /// until then; started once more, it is drawn at once. conflict when core::check_command refuses.
  [[nodiscard]] virtual core::result<launched_campaign>
  launch(const principal& who, std::string_view id, const check& obstacles) = 0;
};

} // namespace stentor::ports
