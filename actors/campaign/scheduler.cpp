#include "actors/campaign/scheduler.hpp"

#include "actors/runtime/error.hpp"

#include <spdlog/spdlog.h>

namespace stentor::actors {

void scheduler_state::start(context_ptr context, std::string owner, campaign_store_actor campaigns,
                            number_store_actor numbers, supervisor_actor supervisor) {
  context_ = std::move(context);
  owner_ = std::move(owner);
  campaigns_ = std::move(campaigns);
  numbers_ = std::move(numbers);
  supervisor_ = std::move(supervisor);
  self_->send(self_, atom::tick_v);
}

void scheduler_state::poll() {
  if (polling_)
    return;
  polling_ = true;
  when_answered<campaigns_ptr>(self_->request(campaigns_, caf::infinite, atom::runnable_v),
                               [this](const core::result<campaigns_ptr>& campaigns) {
                                 polling_ = false;
                                 if (campaigns)
                                   self_->send(supervisor_, atom::runnable_v, *campaigns);
                                 else
                                   spdlog::warn("Campaigns could not be looked up: {}",
                                                campaigns.error().message);
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
  const auto configured = context_->numbers.all();
  for (const auto& number : *configured)
    numbers.push_back(number.no);
  when_answered<std::vector<ports::lease>>(
      self_->request(numbers_, caf::infinite, atom::lease_v, owner_, numbers),
      [this, asked](const core::result<std::vector<ports::lease>>& leases) {
        if (!leases) {
          spdlog::warn("The leases of the numbers could not be renewed: {}",
                       leases.error().message);
          next_renewal_ = {};
          return;
        }
        for (const auto& lease : *leases) {
          if (context_->running.epoch(lease.number) == lease.epoch)
            context_->gateway.renew(lease.number, asked + context_->settings.lease_duration);
          else // another process held it until now, or ours had run out (the database was away)
            self_->send(supervisor_, atom::number_v, lease.number, lease.epoch,
                        std::int64_t{asked.time_since_epoch().count()});
        }
      });
}

void scheduler_state::on_tick() {
  self_->delayed_send(self_, context_->settings.schedule_interval, atom::tick_v);
  renew();
  poll();
}

scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         context_ptr context, std::string owner,
                                         campaign_store_actor campaigns, number_store_actor numbers,
                                         supervisor_actor supervisor) {
  self->state.start(std::move(context), std::move(owner), std::move(campaigns), std::move(numbers),
                    std::move(supervisor));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::poll) { self->state.poll(); },
  };
}

} // namespace stentor::actors
