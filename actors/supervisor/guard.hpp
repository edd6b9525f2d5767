#pragma once
/// GUARD: notices when the supervisor fails, over whom nobody stands. It can't start it again,
/// since nobody leads the actors that are left; it makes the engine not ready and says that it has
/// failed, and the daemon ends.

#include "actors/runtime/context.hpp"

#include <caf/event_based_actor.hpp>

namespace stentor::actors {

[[nodiscard]] caf::behavior guard(caf::event_based_actor* self, const supervisor_actor& supervisor,
                                  context_ptr context);

} // namespace stentor::actors
