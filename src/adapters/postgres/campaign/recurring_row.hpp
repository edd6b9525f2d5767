#pragma once
/// The one place that reads what decides when a campaign runs. Functions on a connection of the
/// caller's thread; every call blocks.

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/campaign/draft.hpp"
#include "stentor/core/campaign/lateness.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace stentor::postgres {

struct recurring_row {
  core::campaign_no no{};
  std::string id;
  core::organization_no organization{};
  core::campaign_status status = core::campaign_status::draft;
  core::pause_kind paused_by = core::pause_kind::none;
  core::schedule_terms terms; ///< as people gave them
  core::on_missed missed = core::on_missed::skip;
  core::run_overlap overlap = core::run_overlap::skip;
  std::chrono::seconds lateness{0};
  std::chrono::seconds lead{0};         ///< its runs are made so long before their time
  std::optional<core::recurrence> rule; ///< none also for one that nobody can read
  std::optional<core::wall_time> next_run;
  std::optional<core::wall_time> planned_at; ///< when that was found
  core::wall_time now{};                     ///< by the database's clock

  /// It waits for its runs, or rests between them.
  [[nodiscard]] bool is_under_way() const noexcept {
    return terms.kind == core::campaign_kind::recurring &&
           (status == core::campaign_status::scheduled || status == core::campaign_status::paused);
  }
};

/// A row with the columns of the fragment recurring_row.
[[nodiscard]] recurring_row recurring_row_of(const row_reader& row);
/// Locks the campaign, which must be there.
[[nodiscard]] core::result<recurring_row> lock_recurring(connection& db, core::campaign_no no);

/// The offsets of a zone. `invalid` when there is no such zone. @param zones must outlive them
[[nodiscard]] core::result<core::zone_offsets> offsets_of(const ports::time_zones& zones,
                                                          const std::string& zone);

[[nodiscard]] inline std::int64_t ms_of(core::wall_time at) {
  return at.time_since_epoch().count();
}

} // namespace stentor::postgres
