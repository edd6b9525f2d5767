#include "actors/business_number/lease_keeper.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stentor::actors {

namespace {

/// Of a lease's length: how often it is renewed, and how soon again when that failed.
constexpr int renewals_per_lease = 3;
constexpr int repetitions_per_lease = 12;

} // namespace

void lease_keeper_state::start(context_ptr context, supervisor_actor supervisor) {
  context_ = std::move(context);
  supervisor_ = std::move(supervisor);
}

/// A lease is counted from before the request left, so this process always stops earlier than the
/// database lets another one in.
core::result<std::vector<ports::lease>> lease_keeper_state::acquire() {
  const auto asked = self_->clock().now();
  if (!store_) {
    auto opened = context_->stores.open_leases();
    if (!opened)
      return opened.error();
    store_ = std::move(*opened);
  }
  auto leases = store_->acquire_leases(owner_, numbers_, context_->settings.lease_duration);
  if (!leases)
    return leases;
  until_ = asked + context_->settings.lease_duration;
  context_->counters.leases_until_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(until_.time_since_epoch()).count();
  return leases;
}

core::result<std::vector<ports::lease>>
lease_keeper_state::take(const std::string& owner, const std::vector<core::number_no>& numbers) {
  owner_ = owner;
  numbers_ = numbers;
  auto leases = acquire();
  if (leases)
    self_->delayed_send(self_, context_->settings.lease_duration / renewals_per_lease,
                        atom::tick_v);
  return leases;
}

core::status lease_keeper_state::release(const std::string& owner) {
  owner_.clear();
  return store_ ? store_->release_leases(owner) : core::status{core::ok{}};
}

void lease_keeper_state::on_tick() {
  if (!owner_.empty())
    renew();
}

void lease_keeper_state::renew() {
  const auto& duration = context_->settings.lease_duration;
  const auto leases = acquire();
  self_->delayed_send(self_, duration / (leases ? renewals_per_lease : repetitions_per_lease),
                      atom::tick_v);
  if (!leases) {
    spdlog::warn("The leases of the numbers could not be renewed: {}", leases.error().message);
    return;
  }
  for (const auto& lease : *leases) {
    if (context_->running.epoch(lease.number) == lease.epoch)
      context_->gateway.renew(lease.number, until_);
    else // another process held it until now, or ours had run out (the database was away)
      self_->send(supervisor_, atom::number_v, lease.number, lease.epoch,
                  std::int64_t{(until_ - duration).time_since_epoch().count()});
  }
}

lease_keeper_actor::behavior_type
lease_keeper(lease_keeper_actor::stateful_pointer<lease_keeper_state> self, context_ptr context,
             supervisor_actor supervisor) {
  self->state.start(std::move(context), std::move(supervisor));
  return {
      [self](atom::lease, const std::string& owner, const std::vector<core::number_no>& numbers) {
        return reply(self->state.take(owner, numbers));
      },
      [self](atom::release, const std::string& owner) { return reply(self->state.release(owner)); },
      [self](atom::tick) { self->state.on_tick(); },
  };
}

} // namespace stentor::actors
