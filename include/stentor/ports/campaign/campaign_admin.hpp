#pragma once
/// Campaigns as the admin API writes and shows them. Ids are UUIDs; a campaign of another
/// organization is not found. Every call blocks and is one transaction, audit row included.
/// Thread-safe.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/campaign/draft.hpp"
#include "stentor/ports/access/principal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// What became of a draft.
struct saved_campaign {
  std::string id;
  core::json_text campaign; ///< as get() shows it
  /// What only the database knows to be wrong: numbers, time zone, segment. When there is any,
  /// nothing was written.
  std::vector<core::draft_problem> problems;
};

struct found_campaign {
  core::campaign_no no{};
  core::campaign_status status = core::campaign_status::draft;
  core::campaign_kind kind = core::campaign_kind::once;
  core::pause_kind paused_by = core::pause_kind::none;
};

class campaign_admin {
public:
  virtual ~campaign_admin() = default;

  /// @param draft without problems of core::problems_of
  [[nodiscard]] virtual core::result<saved_campaign> create(const principal& who,
                                                            const core::campaign_draft& draft) = 0;
  /// A page, the newest first; of all states when there is no status.
  [[nodiscard]] virtual core::result<core::json_text>
  list(const principal& who, std::optional<core::campaign_status> status, core::page wanted) = 0;
  [[nodiscard]] virtual core::result<core::json_text> get(const principal& who,
                                                          std::string_view id) = 0;
  [[nodiscard]] virtual core::result<found_campaign> find(const principal& who,
                                                          std::string_view id) = 0;
  /// conflict unless it is a draft. One that is scheduled becomes a draft again when its time, and
  /// nothing else, is taken away. A recurring campaign that waits or is paused takes changes for
  /// its further runs.
  [[nodiscard]] virtual core::result<saved_campaign>
  update(const principal& who, std::string_view id, const core::campaign_draft& draft) = 0;
  /// A draft goes with its recipients, and so does what was cancelled and is explained; anything
  /// else must be cancelled first (conflict).
  [[nodiscard]] virtual core::status remove(const principal& who, std::string_view id) = 0;
};

} // namespace stentor::ports
