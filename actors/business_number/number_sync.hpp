#pragma once
/// NUMBER_SYNC: what Meta says of the business numbers (quality, status, messaging limit), fetched
/// one by one at the start and as often as templates are. A fault of one number keeps the others
/// from nothing.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <set>

namespace stentor::actors {

class number_sync_state {
public:
  static constexpr const char* name = "number_sync";
  explicit number_sync_state(number_sync_actor::pointer self) : self_{self} {}

  void start(context_ptr context, number_store_actor store);
  void on_tick();
  void on_answer(const core::result<ports::number_facts>& facts);

private:
  void next();

  number_sync_actor::pointer self_;
  context_ptr context_;
  number_store_actor store_;
  std::deque<ports::number> left_;    ///< the first one is being asked for
  std::set<core::number_no> failing_; ///< told once each
};

number_sync_actor::behavior_type
number_sync(number_sync_actor::stateful_pointer<number_sync_state> self, context_ptr context,
            number_store_actor store);

} // namespace stentor::actors
