#pragma once
/// LISTENER: hears what other daemons on the database tell, on a thread and a connection of its
/// own: stops go into this daemon's memory, the rest to the supervisor, who lets the gateway send
/// for another while: when nothing is heard and others are alive, nothing may be sent, since nobody
/// can know who said stop there.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace stentor::actors {

class listener_state {
public:
  static constexpr const char* name = "listener";
  explicit listener_state(listener_actor::pointer self) : self_{self} {}

  void start(context_ptr context, supervisor_actor supervisor, lease_keeper_actor leases);
  void on_tick();

private:
  [[nodiscard]] core::status look();
  void take(ports::node_news news, std::uint64_t moment, heard_news heard);

  listener_actor::pointer self_;
  context_ptr context_;
  supervisor_actor supervisor_;
  lease_keeper_actor leases_;
  std::unique_ptr<ports::node_feed> feed_;
  bool failing_ = false;
};

listener_actor::behavior_type listener(listener_actor::stateful_pointer<listener_state> self,
                                       context_ptr context, supervisor_actor supervisor,
                                       lease_keeper_actor leases);

} // namespace stentor::actors
