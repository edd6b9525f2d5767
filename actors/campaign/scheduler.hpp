#pragma once
/// SCHEDULER: what starts when. It looks for campaigns that are due or running and names them to
/// the supervisor. It also notices when the database keeps silent, which whoever asks it can't.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace stentor::actors {

class scheduler_state {
public:
  static constexpr const char* name = "scheduler";
  explicit scheduler_state(scheduler_actor::pointer self) : self_{self} {}

  void start(context_ptr context, campaign_store_actor campaigns, supervisor_actor supervisor);
  void on_tick();
  void poll();

private:
  void watch_database();
  void watch_gates();
  void tell(const ports::gate_note& note);

  scheduler_actor::pointer self_;
  context_ptr context_;
  campaign_store_actor campaigns_;
  supervisor_actor supervisor_;
  bool polling_ = false;
  bool watching_ = false;
  core::steady_time next_watch_{}; ///< of gates
  bool silent_ = false;            ///< the database, for longer than a lease
};

scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         context_ptr context, campaign_store_actor campaigns,
                                         supervisor_actor supervisor);

} // namespace stentor::actors
