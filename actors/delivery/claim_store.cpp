#include "actors/delivery/claim_store.hpp"

#include "actors/delivery/claimed.hpp"
#include "actors/runtime/error.hpp"

#include <utility>

namespace stentor::actors {

namespace {

/// How soon it is tried again to free what was taken in vain.
constexpr std::chrono::milliseconds settle_interval{250};

} // namespace

core::result<ports::claim_store*> claim_store_state::opened() {
  if (!claims_) {
    auto opened = context_->stores.open_claims();
    if (!opened)
      return opened.error();
    claims_ = std::move(*opened);
  }
  return claims_.get();
}

void claim_store_state::settle_later() {
  if (!std::exchange(settling_, true))
    self_->delayed_send(self_, settle_interval, atom::tick_v);
}

void claim_store_state::on_tick() {
  settling_ = false;
  if (claims_ && !claims_->give_back())
    settle_later();
}

core::result<ports::recovery_report>
claim_store_state::recover(const std::vector<ports::lease>& leases) {
  auto store = opened();
  if (!store)
    return store.error();
  auto report = (*store)->recover(leases, context_->now_ms(), context_->flights);
  if (report)
    context_->flights.close(report->settled);
  return report;
}

core::result<claim_answer> claim_store_state::claim(core::campaign_no campaign,
                                                    const std::vector<ports::claim_order>& orders,
                                                    const ports::claim_scope& scope,
                                                    const std::vector<sender_actor>& senders) {
  auto store = opened();
  if (!store)
    return store.error();
  auto claimed = (*store)->claim(campaign, orders, scope);
  if (!claimed) {
    settle_later();
    return claimed.error();
  }
  return claim_answer{.recipients = std::make_shared<claimed_recipients>(
                          sender_pool{senders}, std::move(claimed->chunks)),
                      .fenced = std::move(claimed->fenced),
                      .left = std::move(claimed->left),
                      .dry = claimed->dry,
                      .exhausted = claimed->exhausted,
                      .limit_reached = claimed->limit_reached};
}

core::result<claimed_ptr> claim_store_state::claim_retries(
    core::campaign_no campaign, const std::vector<ports::claim_order>& orders,
    const ports::claim_scope& scope, const std::vector<sender_actor>& senders) {
  auto store = opened();
  if (!store)
    return store.error();
  auto claimed = (*store)->claim_retries(campaign, orders, scope, context_->wall_clock());
  if (!claimed) {
    settle_later();
    return claimed.error();
  }
  return std::make_shared<claimed_recipients>(sender_pool{senders}, std::move(*claimed));
}

claim_store_actor::behavior_type
claim_store(claim_store_actor::stateful_pointer<claim_store_state> self, context_ptr context) {
  self->state.start(std::move(context));
  return {
      [self](atom::recover, const std::vector<ports::lease>& leases) {
        return reply(self->state.recover(leases));
      },
      [self](atom::claim, core::campaign_no campaign, const std::vector<ports::claim_order>& orders,
             const ports::claim_scope& scope, const std::vector<sender_actor>& senders) {
        return reply(self->state.claim(campaign, orders, scope, senders));
      },
      [self](atom::claim_retries, core::campaign_no campaign,
             const std::vector<ports::claim_order>& orders, const ports::claim_scope& scope,
             const std::vector<sender_actor>& senders) {
        return reply(self->state.claim_retries(campaign, orders, scope, senders));
      },
      [self](atom::tick) { self->state.on_tick(); },
  };
}

} // namespace stentor::actors
