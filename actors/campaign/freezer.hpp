#pragma once
/// FREEZER: draws the lists of campaigns for all customers or a segment when they start, on a
/// thread and connections of its own, so that neither claims nor housekeeping wait for it. Any
/// daemon does so: the database gives each list to one of them.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <memory>

namespace stentor::actors {

class freezer_state {
public:
  static constexpr const char* name = "freezer";
  explicit freezer_state(freezer_actor::pointer self) : self_{self} {}

  void start(context_ptr context);
  void on_tick();

private:
  [[nodiscard]] core::status open();
  /// Whether there may be more to do at once.
  [[nodiscard]] core::result<bool> draw_next();
  [[nodiscard]] core::status draw(const ports::due_freeze& due);
  [[nodiscard]] core::status give_up(const ports::due_freeze& due, const core::sentence& reason);
  void tell(const ports::due_freeze& due, const ports::freeze_end& end);
  void note_health(const core::status& health);

  freezer_actor::pointer self_;
  context_ptr context_;
  std::unique_ptr<ports::freeze_store> store_;
  /// Jobs that could not be done for the moment, and when that is tried again.
  std::map<std::int64_t, core::steady_time> not_before_;
  bool failing_ = false;
};

freezer_actor::behavior_type freezer(freezer_actor::stateful_pointer<freezer_state> self,
                                     context_ptr context);

} // namespace stentor::actors
