#pragma once
/// CLAIM_STORE: who may be sent to next, on a connection and a thread of its own, so that a slow
/// question holds up no claim. Reconnects when the database comes back; meanwhile it answers
/// errc::unavailable, and the asker repeats.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace stentor::actors {

class claim_store_state {
public:
  static constexpr const char* name = "claim_store";

  explicit claim_store_state(claim_store_actor::pointer self) : self_{self} {}

  void start(context_ptr context) { context_ = std::move(context); }
  core::result<ports::recovery_report> recover(const std::vector<ports::lease>& leases);
  core::result<claim_answer> claim(core::campaign_no campaign,
                                   const std::vector<ports::claim_order>& orders,
                                   const ports::claim_scope& scope,
                                   const std::vector<sender_actor>& senders);
  core::result<claimed_ptr> claim_retries(core::campaign_no campaign,
                                          const std::vector<ports::claim_order>& orders,
                                          const ports::claim_scope& scope,
                                          const std::vector<sender_actor>& senders);

  void on_tick();

private:
  core::result<ports::claim_store*> opened();
  /// An answer that was lost may have taken something.
  void settle_later();

  claim_store_actor::pointer self_;
  bool settling_ = false;

  context_ptr context_;
  std::unique_ptr<ports::claim_store> claims_;
};

claim_store_actor::behavior_type
claim_store(claim_store_actor::stateful_pointer<claim_store_state> self, context_ptr context);

} // namespace stentor::actors
