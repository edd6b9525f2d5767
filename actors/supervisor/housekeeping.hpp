#pragma once
/// HOUSEKEEPING: every question to the database besides claims, the ledger and its projection, one
/// after the other on a thread and a connection of its own. Reconnects when the database comes
/// back; meanwhile it answers errc::unavailable, and the asker repeats.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <optional>

namespace stentor::actors {

struct housekeeping_state {
  static constexpr const char* name = "housekeeping";
  context_ptr context;
  std::optional<housekeeping_stores> stores;
};

housekeeping_actor::behavior_type
housekeeping(housekeeping_actor::stateful_pointer<housekeeping_state> self, context_ptr context);

} // namespace stentor::actors
