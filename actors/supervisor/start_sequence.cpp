/// The supervisor's order of starting, starting again and stopping.
#include "actors/business_number/lease_keeper.hpp"
#include "actors/business_number/number_sync.hpp"
#include "actors/campaign/freezer.hpp"
#include "actors/campaign/recurring.hpp"
#include "actors/campaign/scheduler.hpp"
#include "actors/delivery/claim_store.hpp"
#include "actors/delivery/projector.hpp"
#include "actors/delivery/rate_limiter.hpp"
#include "actors/delivery/recorder.hpp"
#include "actors/delivery/retry.hpp"
#include "actors/delivery/sender.hpp"
#include "actors/inbox/webhook.hpp"
#include "actors/message_template/media.hpp"
#include "actors/message_template/template_sync.hpp"
#include "actors/supervisor/housekeeping.hpp"
#include "actors/supervisor/listener.hpp"
#include "actors/supervisor/supervisor.hpp"

#include <caf/send.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace stentor::actors {

namespace {

constexpr std::chrono::milliseconds restart_first{250};
constexpr std::chrono::milliseconds restart_last{10'000};

/// How often it is looked whether the actors of before are gone.
constexpr std::chrono::milliseconds leaving_poll{50};

} // namespace

template <class Handle>
void supervisor_state::watch(const Handle& handle) {
  self_->monitor(handle);
  watched_.insert(handle.address());
  tree_.push_back(caf::actor_cast<caf::actor>(handle));
}

void supervisor_state::on_start() {
  if (stopping_)
    return;
  if (!leaving_.empty()) {
    // A recorder of before could still commit what recovery is about to look at.
    self_->delayed_send(self_, leaving_poll, atom::start_v);
    return;
  }
  ++incarnation_;
  // The part before # is the same for every start on this state folder: a successor need
  // not wait for the lease to end.
  owner_ = context_->settings.owner + "." + std::to_string(incarnation_);
  spawn_database_actors();
  const auto adopted = std::make_shared<adoption>();
  std::vector<step_sequence::step> steps{
      [this](const auto& next) { save_numbers(next); },
      [this, adopted](const auto& next) { take_leases(adopted, next); }};
  for (auto& step : steps_of(adopted))
    steps.push_back(std::move(step));
  starting_ = std::make_shared<step_sequence>(std::move(steps), [this](const core::status& status) {
    status ? spawn_dispatch_actors() : retry_start(status.error().message);
  });
  starting_->run();
}

/// On a thread of its own, as it blocks.
template <class Body, class Handle>
void supervisor_state::spawn_blocking(Body body, Handle& handle) {
  handle = context_->detached ? self_->spawn<caf::detached>(body, context_)
                              : self_->spawn(body, context_);
  watch(handle);
}

void supervisor_state::spawn_database_actors() {
  spawn_blocking(claim_store, claims_);
  spawn_blocking(housekeeping, housekeeping_);
  spawn_blocking(recorder, recorder_);
  spawn_blocking(projector, projector_);
  lease_keeper_ = context_->detached
                      ? self_->spawn<caf::detached>(lease_keeper, context_, supervisor_actor{self_})
                      : self_->spawn(lease_keeper, context_, supervisor_actor{self_});
  watch(lease_keeper_);
  listener_ =
      context_->detached
          ? self_->spawn<caf::detached>(listener, context_, supervisor_actor{self_}, lease_keeper_)
          : self_->spawn(listener, context_, supervisor_actor{self_}, lease_keeper_);
  watch(listener_);
}

void supervisor_state::retry_start(const std::string& why) {
  const auto delay =
      std::min(restart_first * (1 << std::min(failures_in_a_row_++, 6)), restart_last);
  context_->alarms.raise("engine", core::make_sentence("engine_waits",
                                                       "engine: It does not send yet: {cause}",
                                                       {{"cause", why}}));
  spdlog::error("The engine is not open ({}); next try in {} ms.", why, delay.count());
  tear_down();
  self_->delayed_send(self_, delay, atom::start_v);
}

// -- the steps

void supervisor_state::save_numbers(const step_sequence::ended& next) {
  when_answered<numbers_ptr>(
      self_->request(housekeeping_, caf::infinite, atom::save_v, context_->numbers.all()),
      [this, next, tree = incarnation_](const core::result<numbers_ptr>& saved) {
        if (tree != incarnation_ || !housekeeping_ || stopping_)
          return;
        if (!saved)
          return next(saved.error());
        context_->numbers.replace(**saved);
        // From here on webhooks can be stored, whatever becomes of the sending.
        webhook_ = self_->spawn(webhook, context_,
                                webhook_partners{recorder_, housekeeping_, housekeeping_,
                                                 housekeeping_, supervisor_actor{self_}});
        watch(webhook_);
        context_->webhooks.connect_to(webhook_);
        next(core::ok{});
      });
}

void supervisor_state::take_leases(const std::shared_ptr<adoption>& adopted,
                                   const step_sequence::ended& next) {
  std::vector<core::number_no> numbers;
  const auto configured = context_->numbers.all();
  for (const auto& number : *configured)
    numbers.push_back(number.no);
  when_answered<std::vector<ports::lease>>(
      self_->request(lease_keeper_, caf::infinite, atom::lease_v, owner_, std::move(numbers)),
      [this, adopted, next, asked = context_->lease_time(self_->clock().now()),
       tree = incarnation_](const core::result<std::vector<ports::lease>>& leases) {
        if (tree != incarnation_ || !housekeeping_ || stopping_)
          return;
        if (!leases)
          return next(leases.error());
        spawn_senders();
        *adopted = {
            .leases = *leases, .asked = asked, .since = context_->lease_time(self_->clock().now())};
        next(core::ok{});
      });
}

void supervisor_state::spawn_senders() {
  const auto size =
      std::clamp<std::size_t>(context_->numbers.all()->size(), 1, context_->settings.senders);
  std::vector<sender_actor> all;
  for (std::size_t place = 0; place < size; ++place) {
    all.push_back(self_->spawn(sender, context_, recorder_, supervisor_actor{self_}, place, size));
    watch(all.back());
  }
  senders_ = sender_pool{std::move(all)};
  context_->outcomes.connect_to(senders_);
}

/// Goes on when all have answered, with the first problem.
template <class Atom>
void supervisor_state::ask_senders(Atom what, const step_sequence::ended& next) {
  struct answers {
    std::size_t left;
    core::status status;
  };
  const auto so_far = std::make_shared<answers>(answers{senders_.all().size(), core::ok{}});
  for (const auto& sender : senders_.all())
    when_done(self_->request(sender, caf::infinite, what),
              [so_far, next](const core::status& status) {
                if (so_far->status)
                  so_far->status = status;
                if (--so_far->left == 0)
                  next(so_far->status);
              });
}

/// What an earlier owner left must be settled before the first message: if that was this process,
/// nothing more of it leaves; what was heard becomes durable, then recovery looks at it. It does
/// not wait for the projection, which may be far behind: what is not folded yet, recovery looks up
/// in the ledger.
std::vector<step_sequence::step>
supervisor_state::steps_of(const std::shared_ptr<adoption>& adopted) {
  return {[this, adopted](const auto& next) { close_numbers(*adopted, next); },
          [this](const auto& next) { ask_senders(atom::catch_up_v, next); },
          [this, adopted](const auto& next) { recover(adopted, next); },
          [this, adopted](const auto& next) {
            open_numbers(*adopted);
            next(core::ok{});
          }};
}

/// The gateway takes its commands in their order.
void supervisor_state::close_numbers(const adoption& adopted, const step_sequence::ended& next) {
  if (adopted.leases.empty())
    return next(core::ok{});
  for (const auto& lease : adopted.leases)
    context_->gateway.close_number(lease.number, &lease == &adopted.leases.back()
                                                     ? by_gateway(next)
                                                     : std::function<void()>{});
}

void supervisor_state::recover(const std::shared_ptr<adoption>& adopted,
                               const step_sequence::ended& next) {
  when_answered<ports::recovery_report>(
      self_->request(claims_, caf::infinite, atom::recover_v, adopted->leases),
      [this, adopted, next](const core::result<ports::recovery_report>& report) {
        if (!report)
          return next(report.error());
        // Of a number that somebody else has taken meanwhile nothing was recovered.
        std::erase_if(adopted->leases, [&](const ports::lease& lease) {
          return std::find(report->fenced.begin(), report->fenced.end(), lease.number) !=
                 report->fenced.end();
        });
        if (report->in_doubt > 0 || report->reclaimed > 0)
          spdlog::warn("Recovered: {} recipients were in flight and are in doubt, {} were "
                       "surely not sent.",
                       report->in_doubt, report->reclaimed);
        context_->counters.in_doubt_recovered = static_cast<std::uint64_t>(report->in_doubt);
        next(core::ok{});
      });
}

/// What an owner before has sent counts until the lease was had. Of one that has vanished, messages
/// may be on their way for as long as a request may take.
void supervisor_state::open_numbers(const adoption& adopted) {
  for (const auto& lease : adopted.leases) {
    const auto found = context_->numbers.find(lease.number);
    if (!found || numbers_.contains(lease.number))
      continue;
    auto settings = settings_of(*found, lease.epoch);
    settings.lease_until = adopted.asked + context_->settings.lease_duration;
    if (lease.fresh) {
      settings.after_another = true;
      settings.start = adopted.since + (lease.clean ? std::chrono::milliseconds{0}
                                                    : context_->settings.longest_request);
    }
    context_->gateway.open_number(std::move(settings));
    context_->gateway.hold_number(found->no, false);
    auto limiter = self_->spawn(rate_limiter, context_, *found, lease, senders_.of(lease.number),
                                supervisor_actor{self_});
    watch(limiter);
    const auto word = last_word(lease);
    auto& number = numbers_[lease.number] = {limiter, *found, lease.epoch, {}, word.order_no};
    context_->alarms.clear("number " + found->phone_number_id);
    stop_again(number);
    if (word.paused)
      pause_by_order(number);
    context_->running.put(lease.number, limiter, lease.epoch);
    if (!number.paused())
      tell_campaigns(lease.number, lease.epoch);
    on_stopped_reason(
        lease.number); // of faults, what an earlier process wrote is over: it tries again
  }
  context_->counters.numbers_active = static_cast<std::uint32_t>(numbers_.size());
}

void supervisor_state::spawn_dispatch_actors() {
  starting_ = nullptr;
  open_ = true;
  failures_in_a_row_ = 0;
  context_->alarms.clear("engine");
  scheduler_ = self_->spawn(scheduler, context_, housekeeping_, supervisor_actor{self_});
  retry_ = self_->spawn(retry, context_, housekeeping_, webhook_, supervisor_actor{self_});
  template_sync_ = self_->spawn(template_sync, context_, housekeeping_);
  number_sync_ = self_->spawn(number_sync, context_, housekeeping_);
  const auto watch_all = [this](const auto&... parts) { (watch(parts), ...); };
  watch_all(scheduler_, retry_, template_sync_, number_sync_);
  if (context_->stores.open_recurring)
    spawn_blocking(recurring, recurring_);
  if (context_->stores.open_freezes)
    spawn_blocking(freezer, freezer_);
  if (context_->stores.open_media)
    spawn_blocking(media, media_);
  context_->counters.ready = true;
  spdlog::info("The engine is open: {} of {} numbers.", numbers_.size(),
               context_->numbers.all()->size());
}

// -- the end of a tree

void supervisor_state::end_campaigns() {
  for (const auto& [no, campaign] : campaigns_) {
    self_->demonitor(campaign.actor.address());
    self_->send_exit(campaign.actor, caf::exit_reason::user_shutdown);
    context_->running.remove_campaign(no);
  }
  campaigns_.clear();
}

/// Ends everything but the supervisor. What the gateway still has in flight is found by recovery
/// under the next epoch, here or by another daemon: who can't send keeps no number from the others.
void supervisor_state::tear_down() {
  open_ = false;
  starting_ = nullptr;
  adopting_.clear();
  leaving_numbers_.clear();
  by_gateway_.clear();
  context_->counters.ready = false;
  context_->outcomes.connect_to({});
  context_->webhooks.connect_to(webhook_actor{});
  for (const auto& [no, number] : numbers_)
    context_->gateway.close_number(no, {});
  end_campaigns();
  for (const auto& [no, number] : numbers_)
    keep_stop(number);
  numbers_.clear();
  context_->running.remove_numbers();
  if (lease_keeper_ && !std::exchange(released_, false))
    when_done(self_->request(lease_keeper_, caf::infinite, atom::release_v, owner_),
              [](const core::status&) {});
  for (const auto& part : tree_) {
    leaving_.insert(part.address());
    self_->send_exit(part, caf::exit_reason::user_shutdown);
  }
  tree_.clear();
  watched_.clear();
  claims_ = claim_store_actor{};
  housekeeping_ = housekeeping_actor{};
  recorder_ = recorder_actor{};
  projector_ = projector_actor{};
  lease_keeper_ = lease_keeper_actor{};
  listener_ = listener_actor{};
  senders_ = {};
  webhook_ = webhook_actor{};
  scheduler_ = scheduler_actor{};
  recurring_ = recurring_actor{};
  freezer_ = freezer_actor{};
  media_ = media_actor{};
  retry_ = retry_actor{};
  template_sync_ = template_sync_actor{};
  number_sync_ = number_sync_actor{};
}

/// The ordered end: no new work, open requests end, their outcomes become durable, the projection
/// catches up, leases are released. No problem on the way keeps the rest from being done.
void supervisor_state::on_stop(owed_ptr stopped) {
  stopped_ = std::move(stopped);
  stopping_ = true;
  starting_ = nullptr;
  adopting_.clear();
  context_->counters.ready = false;
  const auto end = [this](const core::status&) {
    tear_down();
    std::exchange(stopped_, nullptr)->give(core::ok{});
    self_->quit();
  };
  if (!open_ || senders_.empty())
    return end(core::ok{});
  const auto leave = [this](const auto&... parts) {
    (self_->send_exit(parts, caf::exit_reason::user_shutdown), ...);
  };
  leave(scheduler_, recurring_, freezer_, media_, retry_, template_sync_, number_sync_);
  end_campaigns();
  const auto whatever = [](const step_sequence::ended& next) {
    return [next](const core::status&) { next(core::ok{}); };
  };
  ending_ = std::make_shared<step_sequence>(
      std::vector<step_sequence::step>{
          [this](const auto& next) { stop_numbers(next); },
          [this, whatever](const auto& next) { ask_senders(atom::stop_v, whatever(next)); },
          [this](const auto& next) {
            context_->gateway.drain(context_->settings.drain_patience, by_gateway(next));
          },
          [this](const auto& next) {
            ask_senders(atom::catch_up_v, [next](const core::status& status) {
              if (!status)
                spdlog::error("The last outcomes could not be stored; after the next "
                              "start they are in doubt.");
              next(core::ok{});
            });
          },
          [this, whatever](const auto& next) {
            when_done(self_->request(projector_, caf::infinite, atom::catch_up_v), whatever(next));
          },
          [this, whatever](const auto& next) {
            released_ = true;
            when_done(self_->request(lease_keeper_, caf::infinite, atom::release_v, owner_),
                      whatever(next));
          }},
      end);
  ending_->run();
}

/// Until each of them has told the sender that it is held.
void supervisor_state::stop_numbers(const step_sequence::ended& next) {
  if (numbers_.empty())
    return next(core::ok{});
  const auto left = std::make_shared<std::size_t>(numbers_.size());
  for (const auto& [no, number] : numbers_)
    when_done(self_->request(number.limiter, caf::infinite, atom::stop_v),
              [left, next](const core::status&) {
                if (--*left == 0)
                  next(core::ok{});
              });
}

} // namespace stentor::actors
