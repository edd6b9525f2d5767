#pragma once
/// RECURRING: makes the runs of recurring campaigns when their time comes, and launches them, on a
/// thread and a connection of its own. Any daemon on the database does so: the database makes each
/// run once. A launch may take minutes; runs that come due meanwhile are made before the next one.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <optional>

namespace stentor::actors {

class recurring_state {
public:
  static constexpr const char* name = "recurring";
  explicit recurring_state(recurring_actor::pointer self) : self_{self} {}

  void start(context_ptr context);
  void on_tick();

private:
  [[nodiscard]] core::status open();
  /// Both: whether there is more to do at once.
  [[nodiscard]] core::result<bool> make_due();
  [[nodiscard]] core::result<bool> launch_next();
  [[nodiscard]] core::status launch(const ports::waiting_run& run);
  [[nodiscard]] core::status refuse(const ports::waiting_run& run, const core::sentence& why);
  void tell(const ports::run_note& note);
  void note_health(const core::status& health);

  recurring_actor::pointer self_;
  context_ptr context_;
  std::optional<recurring_stores> stores_;
  /// Runs that could not be launched for the moment, and when that is tried again.
  std::map<core::campaign_no, core::steady_time> not_before_;
  bool failing_ = false;
};

recurring_actor::behavior_type recurring(recurring_actor::stateful_pointer<recurring_state> self,
                                         context_ptr context);

} // namespace stentor::actors
