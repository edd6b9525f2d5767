#include "actors/supervisor/guard.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stentor::actors {

caf::behavior guard(caf::event_based_actor* self, const supervisor_actor& supervisor,
                    context_ptr context) {
  self->monitor(supervisor);
  self->set_down_handler([self, context = std::move(context)](const caf::down_msg& down) {
    if (down.reason && down.reason != caf::exit_reason::user_shutdown) {
      spdlog::critical("The supervisor failed ({}).", caf::to_string(down.reason));
      context->counters.ready = false;
      context->counters.failed = true;
      context->alarms.raise(
          "engine", core::make_sentence("engine_failed",
                                        "engine: Its supervisor has failed, and the daemon ends."));
    }
    self->quit();
  });
  return {[](atom::done) {}};
}

} // namespace stentor::actors
