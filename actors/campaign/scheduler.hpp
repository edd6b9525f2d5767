#pragma once
/// SCHEDULER: what starts when. It looks for campaigns that are due or running and names them to
/// the supervisor, and it renews the leases of the numbers well before they end.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace stentor::actors {

class scheduler_state {
public:
  static constexpr const char* name = "scheduler";
  explicit scheduler_state(scheduler_actor::pointer self) : self_{self} {}

  void start(context_ptr context, std::string owner, campaign_store_actor campaigns,
             number_store_actor numbers, supervisor_actor supervisor);
  void on_tick();
  void poll();

private:
  void renew();

  scheduler_actor::pointer self_;
  context_ptr context_;
  std::string owner_;
  campaign_store_actor campaigns_;
  number_store_actor numbers_;
  supervisor_actor supervisor_;
  core::steady_time next_renewal_{};
  bool polling_ = false;
};

scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         context_ptr context, std::string owner,
                                         campaign_store_actor campaigns, number_store_actor numbers,
                                         supervisor_actor supervisor);

} // namespace stentor::actors
