#include "actors/business_number/lease_keeper.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
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

core::status lease_keeper_state::open() {
  if (store_)
    return core::ok{};
  auto opened = context_->stores.open_leases();
  if (!opened)
    return opened.error();
  store_ = std::move(*opened);
  return core::ok{};
}

/// What this daemon is to send from, and what it still holds besides.
core::result<std::vector<core::number_no>> lease_keeper_state::share() {
  const auto& settings = context_->settings;
  auto view = store_->show({.owner = owner_,
                            .host = settings.host,
                            .version = settings.version,
                            .numbers = numbers_,
                            .duration = settings.lease_duration});
  if (!view)
    return view.error();
  look_after(view->numbers);
  auto wanted = core::numbers_of(core::node_of(owner_), view->nodes, view->numbers);
  for (const auto number : wanted)
    leaving_.erase(number);
  for (const auto& [number, epoch] : held_) {
    if (std::find(wanted.begin(), wanted.end(), number) != wanted.end())
      continue;
    wanted.push_back(number);
    leaving_.insert(number);
    self_->send(supervisor_, atom::leave_v, number, epoch);
  }
  return wanted;
}

std::vector<ports::number_pace> lease_keeper_state::paces() const {
  std::vector<ports::number_pace> all;
  for (const auto& each : context_->number_figures.all())
    all.push_back({.phone_number_id = each.phone_number_id,
                   .per_second = each.stopped ? 0 : each.per_second,
                   .ceiling = each.ceiling,
                   .pace = std::string{core::to_string(each.pace)}});
  return all;
}

/// A lease is counted from before the request left, so this process always stops earlier than the
/// database lets another one in.
core::result<std::vector<ports::lease>> lease_keeper_state::acquire(bool first) {
  const auto asked = now();
  if (auto s = open(); !s)
    return s.error();
  const auto wanted = share();
  if (!wanted)
    return wanted.error();
  const auto& duration = context_->settings.lease_duration;
  auto leases = first ? store_->acquire_leases(owner_, *wanted, duration)
                      : store_->renew_leases(owner_, *wanted, duration, paces());
  if (!leases)
    return leases;
  until_ = asked + duration;
  context_->counters.leases_until_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(until_.time_since_epoch()).count();
  return leases;
}

core::result<std::vector<ports::lease>>
lease_keeper_state::take(const std::string& owner, const std::vector<core::number_no>& numbers) {
  owner_ = owner;
  numbers_ = numbers;
  auto leases = acquire(true);
  if (!leases)
    return leases;
  for (const auto& lease : *leases)
    held_[lease.number] = lease.epoch;
  self_->delayed_send(self_, context_->settings.lease_duration / renewals_per_lease, atom::tick_v);
  return leases;
}

core::status lease_keeper_state::release(const std::string& owner) {
  owner_.clear();
  held_.clear();
  return store_ ? store_->release_leases(owner) : core::status{core::ok{}};
}

core::status lease_keeper_state::give_up(core::number_no number) {
  held_.erase(number);
  leaving_.erase(number);
  return store_ ? store_->release_lease(owner_, number) : core::status{core::ok{}};
}

void lease_keeper_state::on_tick() {
  if (owner_.empty())
    return;
  const auto renewed = renew();
  self_->delayed_send(self_,
                      context_->settings.lease_duration /
                          (renewed ? renewals_per_lease : repetitions_per_lease),
                      atom::tick_v);
}

/// Somebody gave a lease up, came or went.
void lease_keeper_state::on_poll() {
  if (!owner_.empty())
    static_cast<void>(renew());
}

bool lease_keeper_state::renew() {
  const auto leases = acquire(false);
  if (!leases) {
    spdlog::warn("The leases of the numbers could not be renewed: {}", leases.error().message);
    return false;
  }
  std::map<core::number_no, core::lease_epoch> held;
  for (const auto& lease : *leases) {
    held[lease.number] = lease.epoch;
    hand_on(lease);
  }
  for (const auto& [number, epoch] : std::exchange(held_, std::move(held)))
    if (!held_.contains(number)) {
      leaving_.erase(number);
      self_->send(supervisor_, atom::lease_lost_v, number, epoch);
    }
  return true;
}

void lease_keeper_state::hand_on(const ports::lease& lease) {
  if (context_->running.epoch(lease.number) == lease.epoch) {
    context_->gateway.renew(lease.number, until_);
    if (auto limiter = context_->running.limiter(lease.number))
      self_->send(limiter, atom::quality_v, lease.marketing_share);
  } else if (!leaving_.contains(lease.number))
    // Another process held it until now, or ours had run out (the database was away).
    self_->send(
        supervisor_, atom::number_v, lease,
        std::int64_t{(until_ - context_->settings.lease_duration).time_since_epoch().count()});
}

/// Numbers from which nobody sends for longer than a takeover takes are worth an alarm.
void lease_keeper_state::look_after(const std::vector<core::placed_number>& places) {
  const auto& settings = context_->settings;
  std::uint32_t without = 0;
  for (const auto& place : places) {
    const auto known = context_->numbers.find(place.number);
    const auto subject = known ? "lease " + known->phone_number_id : std::string{};
    if (!place.holder.empty()) {
      if (without_.erase(place.number) > 0 && !subject.empty())
        context_->alarms.clear(subject);
      // What was wrong with it here is its holder's business now.
      if (known && place.holder != core::node_of(owner_))
        context_->alarms.clear("number " + known->phone_number_id);
      continue;
    }
    ++without;
    const auto since = without_.try_emplace(place.number, now()).first->second;
    if (!subject.empty() && now() - since > settings.lease_duration + settings.longest_request)
      context_->alarms.raise(
          subject,
          core::make_sentence("number_without_daemon",
                              "number {number}: No daemon sends from it, though one is to. See "
                              "the list of daemons.",
                              {{"number", known->phone_number_id}}),
          known->organization);
  }
  context_->counters.numbers_without_lease = without;
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
      [self](atom::release, core::number_no number) { return reply(self->state.give_up(number)); },
      [self](atom::poll) { self->state.on_poll(); },
      [self](atom::tick) { self->state.on_tick(); },
  };
}

} // namespace stentor::actors
