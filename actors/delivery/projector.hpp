#pragma once
/// PROJECTOR: folds the ledger into rows and counters, behind the sending and never in its way.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace stentor::actors {

class projector_state {
public:
  static constexpr const char* name = "projector";
  explicit projector_state(projector_actor::pointer self) : self_{self} {}

  void start(context_ptr context);
  void on_tick();
  core::status catch_up();

private:
  /// One fold; returns false when there is nothing left or it failed.
  bool fold();
  /// A piece of what is over and old goes, when it is time for it.
  void trim();

  projector_actor::pointer self_;
  context_ptr context_;
  std::unique_ptr<ports::projection> projection_;
  core::status last_{core::ok{}};
  std::uint64_t outcomes_seen_ = 0;
  bool leads_ = true; ///< as far as it is known
  core::steady_time trim_at_{};
};

projector_actor::behavior_type projector(projector_actor::stateful_pointer<projector_state> self,
                                         context_ptr context);

} // namespace stentor::actors
