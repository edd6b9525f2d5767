#include "actors/campaign/scheduler.hpp"

#include "actors/runtime/error.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stentor::actors {

namespace {

/// A gate decides within ten seconds of the fold that tells it.
constexpr std::chrono::seconds gates_watched{5};

} // namespace

void scheduler_state::start(context_ptr context, campaign_store_actor campaigns,
                            supervisor_actor supervisor) {
  context_ = std::move(context);
  campaigns_ = std::move(campaigns);
  supervisor_ = std::move(supervisor);
  context_->alarms.clear("leases"); // of the one before
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

void scheduler_state::watch_database() {
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       context_->lease_time(self_->clock().now()).time_since_epoch())
                       .count();
  const bool silent = !context_->numbers.all()->empty() && now > context_->counters.leases_until_ns;
  if (silent == silent_)
    return;
  silent_ = silent;
  if (!silent)
    return context_->alarms.clear("leases");
  spdlog::critical("The leases of the numbers ran out, because PostgreSQL did not answer in time.");
  context_->alarms.raise(
      "leases",
      core::make_sentence("leases_over",
                          "leases: Nothing is sent: PostgreSQL has not renewed the leases of the "
                          "numbers in time. Look whether it answers."));
}

/// By the daemon that folds: the figures are its own, and one asks instead of all.
void scheduler_state::watch_gates() {
  const auto now = self_->clock().now();
  if (!context_->counters.folds || now < next_watch_ || std::exchange(watching_, true))
    return;
  next_watch_ = now + gates_watched;
  when_answered<gate_notes_ptr>(self_->request(campaigns_, caf::infinite, atom::watch_v),
                                [this](const core::result<gate_notes_ptr>& notes) {
                                  watching_ = false;
                                  if (!notes)
                                    return spdlog::warn("Gates could not be looked at: {}",
                                                        notes.error().message);
                                  for (const auto& note : **notes)
                                    tell(note);
                                });
}

/// What was decided is written, and whoever sends it finds it there.
void scheduler_state::tell(const ports::gate_note& note) {
  if (!note.paused)
    return spdlog::info("Campaign {}: {}", note.campaign_id, note.what.text);
  spdlog::error("Campaign {} is paused: {}", note.campaign_id, note.what.text);
  context_->alarms.raise_paused(note.campaign_id, note.what, note.organization);
}

void scheduler_state::on_tick() {
  self_->delayed_send(self_, context_->settings.schedule_interval, atom::tick_v);
  watch_database();
  poll();
  watch_gates();
}

scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         context_ptr context, campaign_store_actor campaigns,
                                         supervisor_actor supervisor) {
  self->state.start(std::move(context), std::move(campaigns), std::move(supervisor));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::poll) { self->state.poll(); },
  };
}

} // namespace stentor::actors
