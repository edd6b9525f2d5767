#pragma once
/// RETRY: looks into the retry queue when the next try is due and wakes its campaign; settles
/// recipients who have been in doubt for too long by their campaign's policy. Only time in which
/// webhooks could be taken counts for that.

#include "actors/runtime/context.hpp"

#include "stentor/core/delivery/listening_time.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace stentor::actors {

class retry_state {
public:
  static constexpr const char* name = "retry";
  explicit retry_state(retry_actor::pointer self) : self_{self} {}

  void start(context_ptr context, retry_store_actor store, webhook_actor webhook,
             supervisor_actor supervisor);
  void on_tick();
  void on_poll();

private:
  void listen();
  void settle_doubts();

  retry_actor::pointer self_;
  context_ptr context_;
  retry_store_actor store_;
  webhook_actor webhook_;
  supervisor_actor supervisor_;
  core::steady_time next_doubts_{};
  core::listening_time listened_;
  bool database_answers_ = false;
  bool webhooks_answered_ = false;     ///< one that came at the last tick would have been answered
  bool asks_ = false;                  ///< the last empty one has no answer yet
  std::vector<core::campaign_no> due_; ///< when it was looked last
};

retry_actor::behavior_type retry(retry_actor::stateful_pointer<retry_state> self,
                                 context_ptr context, retry_store_actor store,
                                 webhook_actor webhook, supervisor_actor supervisor);

} // namespace stentor::actors
