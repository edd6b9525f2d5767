/// The supervisor's order of starting, starting again and stopping.

#include "actors/campaign/scheduler.hpp"
#include "actors/delivery/projector.hpp"
#include "actors/delivery/rate_limiter.hpp"
#include "actors/delivery/recorder.hpp"
#include "actors/delivery/retry.hpp"
#include "actors/delivery/sender.hpp"
#include "actors/inbox/webhook.hpp"
#include "actors/message_template/template_sync.hpp"
#include "actors/runtime/ask.hpp"
#include "actors/runtime/store.hpp"
#include "actors/supervisor/supervisor.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace stentor::actors {

namespace {

constexpr std::chrono::milliseconds reopen_first{250};
constexpr std::chrono::milliseconds reopen_last{10'000};

/// A new owner of a number waits one window of its limit from the moment at which it has the lease,
/// so that the old owner's last messages and its first ones together obey it.
constexpr std::chrono::milliseconds limit_window{1'000};

/// How often it is looked whether the actors of before are gone.
constexpr std::chrono::milliseconds leaving_look{50};

callback_ptr callback(std::function<void(core::status)> then) {
  return std::make_shared<const std::function<void(core::status)>>(std::move(then));
}

} // namespace

void supervisor_state::start(context_ptr context) {
  context_ = std::move(context);
}

template <class Handle>
void supervisor_state::watch(const Handle& handle) {
  self_->monitor(handle);
  watched_.insert(handle.address());
  tree_.push_back(caf::actor_cast<caf::actor>(handle));
}

void supervisor_state::on_open() {
  if (stopping_)
    return;
  if (!leaving_.empty()) {
    // A recorder of before could still commit what recovery is about to look at.
    self_->delayed_send(self_, leaving_look, atom::open_v);
    return;
  }
  ++incarnation_;
  // The part before # is the same for every start on this host and state folder: a successor need
  // not wait for the lease to end.
  owner_ = context_->settings.owner + "." + std::to_string(incarnation_);
  spawn_database_actors();
  save_numbers();
}

void supervisor_state::spawn_database_actors() {
  if (context_->detached) {
    dispatch_store_ = self_->spawn<caf::detached>(store, context_);
    housekeeping_store_ = self_->spawn<caf::detached>(store, context_);
    recorder_ = self_->spawn<caf::detached>(recorder, context_);
    projector_ = self_->spawn<caf::detached>(projector, context_);
  } else {
    dispatch_store_ = self_->spawn(store, context_);
    housekeeping_store_ = self_->spawn(store, context_);
    recorder_ = self_->spawn(recorder, context_);
    projector_ = self_->spawn(projector, context_);
  }
  watch(dispatch_store_);
  watch(housekeeping_store_);
  watch(recorder_);
  watch(projector_);
}

void supervisor_state::retry_open(const std::string& what) {
  const auto delay = std::min(reopen_first * (1 << std::min(failures_in_a_row_++, 6)), reopen_last);
  context_->alarms.raise("engine", "It does not send yet: " + what);
  spdlog::error("The engine is not open ({}); next try in {} ms.", what, delay.count());
  tear_down();
  self_->delayed_send(self_, delay, atom::open_v);
}

void supervisor_state::save_numbers() {
  ask(
      self_, housekeeping_store_,
      [numbers = context_->settings.numbers, organization = context_->settings.organization](
          ports::dispatch_store& db) { return db.save_numbers(numbers, organization); },
      [this, tree = tree_no_](core::result<std::vector<ports::number>> saved) {
        if (tree != tree_no_ || stopping_)
          return;
        if (!saved)
          return retry_open(saved.problem().message);
        context_->settings.numbers = std::move(*saved);
        // From here on webhooks can be stored, whatever becomes of the sending.
        webhook_ = self_->spawn(webhook, context_, recorder_, housekeeping_store_,
                                supervisor_actor{self_});
        watch(webhook_);
        context_->webhooks.lead_to(webhook_);
        take_leases();
      });
}

void supervisor_state::take_leases() {
  std::vector<core::number_no> numbers;
  for (const auto& number : context_->settings.numbers)
    numbers.push_back(number.no);
  ask(
      self_, housekeeping_store_,
      [owner = owner_, numbers, duration = context_->settings.lease_duration](
          ports::dispatch_store& db) { return db.hold_leases(owner, numbers, duration); },
      [this, tree = tree_no_](core::result<std::vector<ports::lease>> leases) {
        if (tree != tree_no_ || stopping_)
          return;
        if (!leases)
          return retry_open(leases.problem().message);
        sender_ = self_->spawn(sender, context_, recorder_, supervisor_actor{self_});
        watch(sender_);
        context_->outcomes.lead_to(sender_);
        adopt(std::move(*leases), [this] { spawn_dispatch_actors(); });
      });
}

/// What an earlier owner left must be settled before the first message: what was heard becomes
/// durable, the projection catches up, then recovery looks at it.
void supervisor_state::adopt(const std::vector<ports::lease>& leases,
                             const std::function<void()>& then) {
  const auto since = self_->clock().now();
  const auto go_on = [come_back = later(self_), this](const std::function<void()>& next) {
    return callback([this, come_back, next, tree = tree_no_](const core::status& status) {
      const auto problem = status.ok() ? std::string{} : status.problem().message;
      come_back([this, next, problem, tree] {
        if (tree != tree_no_ || stopping_)
          return;
        if (!problem.empty())
          return retry_open(problem);
        next();
      });
    });
  };
  self_->send(sender_, atom::catch_up_v, go_on([this, go_on, leases, since, then] {
                self_->send(projector_, atom::catch_up_v,
                            go_on([this, leases, since, then] { recover(leases, since, then); }));
              }));
}

void supervisor_state::recover(const std::vector<ports::lease>& leases, core::steady_time since,
                               const std::function<void()>& then) {
  ask(
      self_, dispatch_store_,
      [leases, now_ms = context_->now_ms()](ports::dispatch_store& db) {
        return db.recover(leases, now_ms);
      },
      [this, leases, since, then, tree = tree_no_](core::result<ports::recovery_report> report) {
        if (tree != tree_no_ || stopping_)
          return;
        if (!report)
          return retry_open(report.problem().message);
        if (report->in_doubt > 0 || report->reclaimed > 0)
          spdlog::warn("Recovered: {} recipients were in flight and are in doubt, {} were "
                       "surely not sent.",
                       report->in_doubt, report->reclaimed);
        context_->counters.in_doubt_recovered = static_cast<std::uint64_t>(report->in_doubt);
        open_numbers(leases, since);
        then();
      });
}

ports::lane_settings supervisor_state::lane_of(const ports::number& number) const {
  const auto now = self_->clock().now();
  return {.number = number.no,
          .path = "/" + context_->settings.api_version + "/" + number.phone_number_id + "/messages",
          .token = number.token,
          .per_second = number.per_second,
          .in_flight_max = number.in_flight_max,
          .start = now,
          .lease_until = now + context_->settings.lease_duration};
}

void supervisor_state::open_numbers(const std::vector<ports::lease>& leases,
                                    core::steady_time since) {
  for (const auto& lease : leases) {
    const auto found =
        std::find_if(context_->settings.numbers.begin(), context_->settings.numbers.end(),
                     [&](const ports::number& number) { return number.no == lease.number; });
    if (found == context_->settings.numbers.end() || numbers_.contains(lease.number))
      continue;
    auto lane = lane_of(*found);
    if (lease.fresh)
      lane.start = std::max(lane.start, since + limit_window);
    context_->gateway.open_lane(std::move(lane));
    context_->gateway.hold_lane(found->no, false);
    auto limiter = self_->spawn(rate_limiter, context_, *found, lease.epoch, recorder_, sender_,
                                supervisor_actor{self_});
    watch(limiter);
    numbers_[lease.number] = {limiter, *found, lease.epoch, false};
    context_->alarms.clear("number " + found->phone_number_id);
    context_->who.put(lease.number, limiter, lease.epoch);
    tell_campaigns(lease.number, lease.epoch);
  }
  context_->counters.numbers_active = static_cast<std::uint32_t>(numbers_.size());
}

/// A lease of ours that ran out (the database was away for longer) comes back under a new epoch;
/// everything of the old one is fenced then and must be recovered like a stranger's.
void supervisor_state::on_number(core::number_no number, core::lease_epoch epoch) {
  if (!open_ || stopping_ || adopting_.contains(number))
    return;
  const auto known = numbers_.find(number);
  if (known != numbers_.end() && known->second.epoch >= epoch)
    return;
  drop_number(number);
  spdlog::info("Number {} is ours now.", number);
  adopting_.insert(number);
  adopt({{.number = number, .epoch = epoch, .fresh = true}},
        [this, number] { adopting_.erase(number); });
}

void supervisor_state::on_closed(core::number_no number, core::lease_epoch epoch) {
  const auto known = numbers_.find(number);
  if (known == numbers_.end() || known->second.epoch != epoch)
    return;
  const auto id = known->second.number.phone_number_id;
  spdlog::critical("Number {}: its lease was lost.", id);
  context_->alarms.raise("number " + id, "Its lease was lost, so another process may send from it. "
                                         "It goes on here as soon as the lease is free.");
  drop_number(number);
}

/// Its claims stay open for whoever owns it next.
void supervisor_state::drop_number(core::number_no number) {
  const auto known = numbers_.find(number);
  if (known == numbers_.end())
    return;
  const auto limiter = known->second.limiter;
  numbers_.erase(known);
  context_->who.remove_number(number);
  context_->counters.numbers_active = static_cast<std::uint32_t>(numbers_.size());
  tell_campaigns(number, {});
  watched_.erase(limiter.address());
  std::erase_if(tree_, [&](const caf::actor& part) { return part == limiter; });
  self_->demonitor(limiter.address());
  self_->send_exit(limiter, caf::exit_reason::user_shutdown);
  context_->gateway.close_lane(number);
}

void supervisor_state::spawn_dispatch_actors() {
  open_ = true;
  failures_in_a_row_ = 0;
  context_->alarms.clear("engine");
  scheduler_ =
      self_->spawn(scheduler, context_, owner_, housekeeping_store_, supervisor_actor{self_});
  retry_ = self_->spawn(retry, context_, housekeeping_store_, supervisor_actor{self_});
  template_sync_ = self_->spawn(template_sync, context_, housekeeping_store_);
  watch(scheduler_);
  watch(retry_);
  watch(template_sync_);
  context_->counters.ready = true;
  spdlog::info("The engine is open: {} of {} numbers.", numbers_.size(),
               context_->settings.numbers.size());
}

/// Ends everything but the supervisor. What the gateway still has in flight is found by recovery
/// under the next epoch.
void supervisor_state::tear_down() {
  ++tree_no_;
  open_ = false;
  adopting_.clear();
  context_->counters.ready = false;
  context_->outcomes.lead_to(sender_actor{});
  context_->webhooks.lead_to(webhook_actor{});
  for (const auto& [no, number] : numbers_)
    context_->gateway.close_lane(no);
  for (const auto& [no, campaign] : campaigns_) {
    self_->demonitor(campaign.actor.address());
    self_->send_exit(campaign.actor, caf::exit_reason::user_shutdown);
    context_->who.remove_campaign(no);
  }
  campaigns_.clear();
  numbers_.clear();
  context_->who.remove_numbers();
  for (const auto& part : tree_) {
    leaving_.insert(part.address());
    self_->send_exit(part, caf::exit_reason::user_shutdown);
  }
  tree_.clear();
  watched_.clear();
  sender_ = sender_actor{};
  webhook_ = webhook_actor{};
  scheduler_ = scheduler_actor{};
  retry_ = retry_actor{};
  template_sync_ = template_sync_actor{};
  dispatch_store_ = store_actor{};
  housekeeping_store_ = store_actor{};
  recorder_ = recorder_actor{};
  projector_ = projector_actor{};
}

// -- the ordered end: no new work, open requests end, their outcomes become durable, the projection
// catches up, leases are released

void supervisor_state::on_stop(const callback_ptr& then) {
  stopped_ = then;
  stopping_ = true;
  context_->counters.ready = false;
  if (!open_ || !sender_) {
    tear_down();
    (*stopped_)(core::done{});
    self_->quit();
    return;
  }
  self_->send_exit(scheduler_, caf::exit_reason::user_shutdown);
  self_->send_exit(retry_, caf::exit_reason::user_shutdown);
  self_->send_exit(template_sync_, caf::exit_reason::user_shutdown);
  for (const auto& [no, campaign] : campaigns_)
    self_->send_exit(campaign.actor, caf::exit_reason::user_shutdown);
  stopping_numbers_ = numbers_.size();
  for (const auto& [no, number] : numbers_)
    self_->send(number.limiter, atom::stop_v,
                callback([this, come_back = later(self_)](const core::status&) {
                  come_back([this] {
                    if (--stopping_numbers_ == 0)
                      drain();
                  });
                }));
  if (numbers_.empty())
    drain();
}

void supervisor_state::drain() {
  context_->gateway.drain(context_->settings.drain_patience,
                          [this, come_back = later(self_)] { come_back([this] { drained(); }); });
}

void supervisor_state::drained() {
  auto come_back = later(self_);
  self_->send(
      sender_, atom::catch_up_v, callback([this, come_back](const core::status& status) {
        if (!status.ok())
          spdlog::error(
              "The last outcomes could not be stored; after the next start they are in doubt.");
        come_back([this, come_back] {
          self_->send(projector_, atom::catch_up_v,
                      callback([this, come_back](const core::status&) {
                        come_back([this] {
                          ask(
                              self_, dispatch_store_,
                              [owner = owner_](ports::dispatch_store& db) {
                                return db.release_leases(owner);
                              },
                              [this](core::status) {
                                tear_down();
                                (*stopped_)(core::done{});
                                self_->quit();
                              });
                        });
                      }));
        });
      }));
}

} // namespace stentor::actors
