#pragma once
/// The runs of recurring campaigns, as the engine makes them. Any daemon may do it, several at
/// once: each run is made once. Used from one thread; every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"

#include <string>
#include <vector>

namespace stentor::ports {

/// A run that was made and not launched yet.
struct waiting_run {
  core::campaign_no no{};
  std::string id;
  core::organization_no organization{};
  core::campaign_no parent{};
  std::string parent_id;
  core::wall_time at{};
  bool too_late = false; ///< nobody launched it in time, and the parent skips what was missed
};

/// What an operator should know of a recurring campaign: runs that were missed or left out.
struct run_note {
  std::string parent_id;
  core::organization_no organization{};
  core::sentence what;
  bool paused = false; ///< the campaign is, until a person mends it
};

struct made_runs {
  std::size_t made = 0;
  bool more = false; ///< parents are due still
  std::vector<run_note> notes;
};

class run_store {
public:
  virtual ~run_store() = default;

  /// Makes the runs that are due as drafts of campaigns, and moves their parents on to the next;
  /// each parent in a transaction that locks it and looks again. One that has no next run is
  /// completed. Parents on which another daemon works are left to it.
  /// @param most so many parents at a time
  [[nodiscard]] virtual core::result<made_runs> make_due(core::wall_time now, std::size_t most) = 0;
  /// Those that are to be launched, the oldest first.
  [[nodiscard]] virtual core::result<std::vector<waiting_run>> waiting(core::wall_time now,
                                                                       std::size_t most) = 0;
  /// A run that can't be launched fails, and its parent shows why. Nothing happens when it is no
  /// draft any more.
  [[nodiscard]] virtual core::status refuse(const waiting_run& run, const core::sentence& why) = 0;
};

} // namespace stentor::ports
