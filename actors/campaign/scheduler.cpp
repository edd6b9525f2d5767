#include "actors/campaign/scheduler.hpp"

#include "actors/runtime/ask.hpp"

#include <spdlog/spdlog.h>

namespace stentor::actors {

void scheduler_state::start(context_ptr context, std::string owner, store_actor store,
                            supervisor_actor supervisor) {
  context_ = std::move(context);
  owner_ = std::move(owner);
  store_ = std::move(store);
  supervisor_ = std::move(supervisor);
  self_->send(self_, atom::tick_v);
}

void scheduler_state::look() {
  if (looking_)
    return;
  looking_ = true;
  ask(
      self_, store_,
      [now = context_->wall_clock()](ports::dispatch_store& db) { return db.runnable(now); },
      [this](core::result<std::vector<core::campaign>> campaigns) {
        looking_ = false;
        if (campaigns)
          self_->send(supervisor_, atom::runnable_v,
                      campaigns_ptr{std::make_shared<const std::vector<core::campaign>>(
                          std::move(*campaigns))});
        else
          spdlog::warn("Campaigns could not be looked up: {}", campaigns.problem().message);
      });
}

/// The lease is counted from before the request left, so this process always stops earlier than the
/// database lets another one in.
void scheduler_state::renew() {
  const auto asked = self_->clock().now();
  if (asked < next_renewal_)
    return;
  next_renewal_ = asked + context_->settings.lease_duration / 3;
  std::vector<core::number_no> numbers;
  for (const auto& number : context_->settings.numbers)
    numbers.push_back(number.no);
  ask(
      self_, store_,
      [owner = owner_, numbers, duration = context_->settings.lease_duration](
          ports::dispatch_store& db) { return db.hold_leases(owner, numbers, duration); },
      [this, asked](core::result<std::vector<ports::lease>> leases) {
        if (!leases) {
          spdlog::warn("The leases of the numbers could not be renewed: {}",
                       leases.problem().message);
          next_renewal_ = {};
          return;
        }
        for (const auto& lease : *leases) {
          if (context_->who.epoch(lease.number) == lease.epoch)
            context_->gateway.renew(lease.number, asked + context_->settings.lease_duration);
          else // another process held it until now, or ours had run out (the database was away)
            self_->send(supervisor_, atom::number_v, lease.number, lease.epoch);
        }
      });
}

void scheduler_state::on_tick() {
  self_->delayed_send(self_, context_->settings.schedule_interval, atom::tick_v);
  renew();
  look();
}

scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         context_ptr context, std::string owner, store_actor store,
                                         supervisor_actor supervisor) {
  self->state.start(std::move(context), std::move(owner), std::move(store), std::move(supervisor));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::look) { self->state.look(); },
      [self](atom::then, const closure_ptr& closure) { (*closure)(); },
  };
}

} // namespace stentor::actors
