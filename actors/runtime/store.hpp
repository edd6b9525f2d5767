#pragma once
/// STORE: blocking database work of the dispatch, one piece after the other on a thread of its own.
/// Reconnects when the database comes back; work that fails meanwhile answers with
/// errc::unavailable, and its asker repeats it.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace stentor::actors {

struct store_state {
  static constexpr const char* name = "store";
  std::unique_ptr<ports::dispatch_store> db;
};

store_actor::behavior_type store(store_actor::stateful_pointer<store_state> self,
                                 context_ptr context);

} // namespace stentor::actors
