#pragma once
/// The lists that are drawn of the customers when their campaigns start, as the engine draws them.
/// Any daemon may do it, several at once: each list is drawn once, and of one that nobody finished
/// there is nothing. Used from one thread; every call blocks, a list of millions for minutes.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stentor::ports {

/// A job whose time has come.
struct due_freeze {
  std::int64_t job = 0;
  std::string job_id;
  core::campaign_no campaign{};
  std::string campaign_id;
  core::organization_no organization{};
  /// Of a run of a recurring campaign.
  core::campaign_no parent{};
  std::string parent_id{}; ///< empty: it is none
  core::wall_time run_at{};
  std::optional<core::wall_time> expires_at{};
};

struct freeze_end {
  enum class kind {
    drawn,   ///< the campaign sends, or waits for its time
    refused, ///< something stands in the way: nothing was changed
    dropped, ///< cancelled, or the campaign has changed: nothing was changed
  };
  kind what = kind::dropped;
  core::campaign_status status = core::campaign_status::scheduled; ///< when drawn
  std::int64_t people = 0;
  std::chrono::milliseconds late{0};     ///< behind the campaign's time
  std::vector<core::sentence> obstacles; ///< when refused
};

class freeze_store {
public:
  virtual ~freeze_store() = default;

  /// Takes the job that is due for the longest, and which nobody works at; none: there is nothing
  /// to do now. Until `release` nobody else takes it, unless this daemon dies. One whose campaign
  /// is over (expiresAt) is nobody's: campaign_store::runnable lets that expire.
  /// @param but_not jobs that are passed over
  [[nodiscard]] virtual core::result<std::optional<due_freeze>>
  take(core::wall_time now, const std::set<std::int64_t>& but_not) = 0;
  /// Draws the list, asks `obstacles` of the facts as they are then, and starts the campaign if its
  /// time has come; all in one transaction, in which the campaign is locked at the end only. An
  /// error changes nothing.
  [[nodiscard]] virtual core::result<freeze_end> draw(const due_freeze& what,
                                                      const campaign_launch::check& obstacles) = 0;
  /// It can't be drawn: the job has failed, its campaign is paused (kind `audience`) and says why;
  /// a run of a recurring campaign fails, and its parent says why. Nothing happens when the job has
  /// ended.
  [[nodiscard]] virtual core::status give_up(const due_freeze& what, const core::sentence& why) = 0;
  /// Whoever comes may take it: what is not done is tried again.
  [[nodiscard]] virtual core::status release(const due_freeze& what) = 0;
};

} // namespace stentor::ports
