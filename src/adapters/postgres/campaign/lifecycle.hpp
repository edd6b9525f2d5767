#pragma once
/// The only writer of a campaign's status: launch, commands, take-back, start and end go through
/// it. The campaign stays locked until the caller's transaction ends, and core::check_command and
/// core::may_become decide under that lock. A reason stays until the next change. One thread; every
/// call blocks and needs a transaction.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/command.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace stentor::postgres {

class campaign_lifecycle {
public:
  explicit campaign_lifecycle(connection& db) : db_{&db} {}

  /// A draft whose time is to come, and a recurring campaign, becomes scheduled, everything else
  /// sends: launching what is scheduled already means now. Returns the new status. conflict for a
  /// recurring campaign whose next run is not planned.
  [[nodiscard]] core::result<core::campaign_status> launch(core::campaign_no campaign);
  /// A draft, or one that is scheduled, waits for its list, which a job draws in time; scheduled
  /// already, it wants it now. Returns the new status.
  [[nodiscard]] core::result<core::campaign_status> await_list(core::campaign_no campaign,
                                                               std::string_view actor);
  /// The list is there: it sends, or waits for its time. Returns the new status.
  [[nodiscard]] core::result<core::campaign_status> list_drawn(core::campaign_no campaign);
  /// Its list can't be drawn: it waits for a person.
  [[nodiscard]] core::status pause_undrawn(core::campaign_no campaign, const core::sentence& why);
  /// A run of a recurring campaign can't start; its parent says why.
  [[nodiscard]] core::status fail_run(core::campaign_no run, core::campaign_no parent,
                                      const core::sentence& why);
  /// Pause, resume or cancel. Resumed before its list was drawn, it waits for that.
  [[nodiscard]] core::status command(core::campaign_no campaign, core::campaign_command what,
                                     const std::optional<core::sentence>& reason,
                                     core::pause_kind kind = core::pause_kind::none);
  /// conflict when the transition is not allowed. Ended early, a campaign tries nobody again.
  [[nodiscard]] core::status become(core::campaign_no campaign, core::campaign_status to,
                                    const std::optional<core::sentence>& reason = {});
  /// All campaigns whose time has come, those that missed it, and those that were over before
  /// their list was drawn; needs no transaction.
  [[nodiscard]] core::status start_due(core::wall_time now);
  /// All campaigns that wait for their template, once Meta lets it be used again; they begin
  /// slowly (core/delivery/pacing/template_pacing.hpp). Needs no transaction.
  [[nodiscard]] core::status resume_usable();
  /// Locks the campaign and tells its status.
  [[nodiscard]] core::result<core::campaign_status> lock(core::campaign_no campaign);

private:
  struct locked {
    core::campaign_status status = core::campaign_status::draft;
    core::campaign_kind kind = core::campaign_kind::once;
    bool is_later = false;     ///< its time is to come
    bool has_next_run = false; ///< of a recurring one
    bool list_awaited = false; ///< it is drawn of the customers, and was not
    core::pause_kind paused_by = core::pause_kind::none;
    core::late_tries tries = core::late_tries::none;
  };
  [[nodiscard]] core::result<locked> look(core::campaign_no campaign);
  /// conflict when it may not be launched.
  [[nodiscard]] core::result<locked> look_to_launch(core::campaign_no campaign);
  [[nodiscard]] core::status change(core::campaign_no campaign, const locked& seen,
                                    core::campaign_status to,
                                    const std::optional<core::sentence>& reason,
                                    core::pause_kind kind = core::pause_kind::none);

  [[nodiscard]] core::status write(core::campaign_no campaign, core::campaign_status to,
                                   const std::optional<core::sentence>& reason,
                                   core::pause_kind kind);
  [[nodiscard]] core::status queue_freeze(core::campaign_no campaign, bool at_once,
                                          std::string_view actor);
  [[nodiscard]] core::status resume_undrawn(core::campaign_no campaign, const locked& seen);
  /// Whether anything of it is to be kept.
  using locked_step = std::function<core::result<bool>(core::campaign_no, const locked&)>;
  [[nodiscard]] core::status each_locked(const rows& campaigns, const locked_step& step);
  [[nodiscard]] core::result<bool> give_up_missed(core::campaign_no campaign, const locked& c,
                                                  core::wall_time now);
  [[nodiscard]] core::status expire_undrawn(core::wall_time now);

  connection* db_;
};

} // namespace stentor::postgres
