#include "actors/supervisor/supervisor.hpp"

#include "actors/runtime/ask.hpp"

#include <spdlog/spdlog.h>

namespace stentor::actors {

namespace {

/// A campaign whose actor fails this often without ending well is paused instead of started again.
constexpr int campaign_failures_max = 5;

const core::error not_ready{core::errc::unavailable,
                            "The engine is starting; try again in a moment."};

} // namespace

void supervisor_state::run(const core::campaign& terms) {
  if (!open_ || stopping_ || campaigns_.contains(terms.no))
    return;
  const campaign_partners partners{.dispatch_store = dispatch_store_,
                                   .housekeeping_store = housekeeping_store_,
                                   .recorder = recorder_,
                                   .sender = sender_,
                                   .webhook = webhook_,
                                   .supervisor = supervisor_actor{self_}};
  auto actor = self_->spawn(campaign, context_, partners);
  self_->monitor(actor);
  campaigns_[terms.no] = {actor, terms};
  context_->who.put(terms.no, actor);
  context_->counters.campaigns_running = static_cast<std::uint32_t>(campaigns_.size());
  spdlog::info("Campaign {} runs: {} recipients.", terms.no, terms.recipients_total);
  self_->send(actor, atom::open_v, std::make_shared<const core::campaign>(terms));
  for (const auto& [no, number] : numbers_)
    if (!number.paused)
      self_->send(actor, atom::number_v, no, number.epoch);
}

void supervisor_state::on_runnable(const campaigns_ptr& campaigns) {
  for (const auto& terms : *campaigns)
    run(terms);
}

void supervisor_state::on_retries(const std::vector<core::campaign_no>& campaigns) {
  for (const auto campaign : campaigns) {
    const auto found = campaigns_.find(campaign);
    if (found != campaigns_.end())
      self_->send(found->second.actor, atom::retries_v);
  }
}

void supervisor_state::on_ended(core::campaign_no campaign) {
  const auto found = campaigns_.find(campaign);
  if (found == campaigns_.end())
    return;
  self_->demonitor(found->second.actor.address());
  self_->send_exit(found->second.actor, caf::exit_reason::user_shutdown);
  campaigns_.erase(found);
  campaign_failures_.erase(campaign);
  context_->who.remove_campaign(campaign);
  context_->counters.campaigns_running = static_cast<std::uint32_t>(campaigns_.size());
}

void supervisor_state::on_command(core::campaign_no campaign, ports::campaign_command what,
                                  const callback_ptr& then) {
  if (!open_) {
    (*then)(not_ready);
    return;
  }
  if (what == ports::campaign_command::start) {
    self_->send(scheduler_, atom::look_v);
    (*then)(core::done{});
    return;
  }
  if (what == ports::campaign_command::resume)
    on_release({});
  const auto found = campaigns_.find(campaign);
  if (found == campaigns_.end()) {
    command_idle(campaign, what, then);
    return;
  }
  const auto& actor = found->second.actor;
  switch (what) {
  case ports::campaign_command::pause:
    self_->send<caf::message_priority::high>(actor, atom::pause_v,
                                             std::string{"paused by an operator"}, then);
    break;
  case ports::campaign_command::resume:
    context_->alarms.clear("campaign " + found->second.terms.id);
    self_->send<caf::message_priority::high>(actor, atom::resume_v, then);
    break;
  case ports::campaign_command::cancel:
    context_->alarms.clear("campaign " + found->second.terms.id);
    self_->send<caf::message_priority::high>(actor, atom::cancel_v, then);
    break;
  case ports::campaign_command::start:
    break;
  }
}

/// A campaign without an actor: scheduled, or paused before this process started. Only its row
/// changes.
void supervisor_state::command_idle(core::campaign_no campaign, ports::campaign_command what,
                                    const callback_ptr& then) {
  const auto to = what == ports::campaign_command::pause    ? core::campaign_status::paused
                  : what == ports::campaign_command::resume ? core::campaign_status::sending
                                                            : core::campaign_status::cancelled;
  ask(
      self_, housekeeping_store_,
      [campaign, to](ports::dispatch_store& db) -> core::status {
        auto changed = db.set_status(campaign, to,
                                     to == core::campaign_status::sending ? "" : "by an operator");
        if (changed && to == core::campaign_status::cancelled) {
          auto finished = db.finish(campaign, to);
          if (!finished)
            return finished.problem();
        }
        return changed;
      },
      [this, to, then](core::status changed) {
        if (changed && to == core::campaign_status::sending)
          self_->send(scheduler_, atom::look_v);
        (*then)(changed);
      });
}

// -- trouble beyond one message

void supervisor_state::pause_campaign(core::campaign_no campaign, const std::string& reason) {
  const auto found = campaigns_.find(campaign);
  if (found == campaigns_.end())
    return;
  spdlog::error("Campaign {} is paused: {}", campaign, reason);
  context_->alarms.raise("campaign " + found->second.terms.id, "It is paused: " + reason);
  self_->send<caf::message_priority::high>(found->second.actor, atom::pause_v, reason,
                                           callback_ptr{});
}

void supervisor_state::tell_campaigns(core::number_no number, core::lease_epoch epoch) {
  for (const auto& [no, campaign] : campaigns_)
    self_->send(campaign.actor, atom::number_v, number, epoch);
}

void supervisor_state::pause_numbers(const trouble& t,
                                     const std::function<bool(const ports::number&)>& concerned) {
  for (auto& [no, number] : numbers_) {
    if (number.paused || !concerned(number.number))
      continue;
    number.paused = true;
    tell_campaigns(no, {});
    self_->send<caf::message_priority::high>(number.limiter, atom::pause_v,
                                             std::int64_t{t.wait.count()});
    const auto code = t.code != 0 ? "Meta's error " + std::to_string(t.code) + ", " : std::string{};
    const auto sentence =
        "It does not send (" + code + t.text + "). " +
        (t.wait.count() > 0
             ? "It tries again after " + std::to_string(t.wait.count()) + " s."
             : "Mend the cause, then resume a campaign or reload the configuration.");
    context_->alarms.raise("number " + number.number.phone_number_id, sentence);
    spdlog::critical("Number {}: {}", number.number.phone_number_id, sentence);
  }
}

void supervisor_state::on_trouble(const trouble& t) {
  const auto number = numbers_.find(t.number);
  switch (t.scope) {
  case core::scope_action::none:
  case core::scope_action::slow_number:
    return;
  case core::scope_action::stop_template: {
    const auto found = campaigns_.find(t.campaign);
    if (found == campaigns_.end())
      return;
    const auto terms = found->second.terms;
    const auto reason =
        t.code != 0 ? "Meta's error " + std::to_string(t.code) + " about its template: " + t.text
                    : t.text;
    for (const auto& [no, campaign] : campaigns_)
      if (campaign.terms.template_name == terms.template_name &&
          campaign.terms.template_language == terms.template_language)
        pause_campaign(no, reason);
    return;
  }
  case core::scope_action::pause_number:
  case core::scope_action::pause_account:
  case core::scope_action::pause_token:
    break;
  }
  if (number ==
      numbers_.end()) { // told by webhook, which names no number: the campaign is all we know
    pause_campaign(t.campaign, "Meta's error " + std::to_string(t.code) + ": " + t.text);
    return;
  }
  const auto cause = number->second.number;
  pause_numbers(t, [&](const ports::number& other) {
    return other.no == cause.no ||
           (t.scope == core::scope_action::pause_account && other.waba_id == cause.waba_id) ||
           (t.scope == core::scope_action::pause_token && other.token == cause.token);
  });
}

void supervisor_state::on_release(core::number_no wanted) {
  for (auto& [no, number] : numbers_) {
    if (!number.paused || (wanted != 0 && wanted != no))
      continue;
    number.paused = false;
    context_->alarms.clear("number " + number.number.phone_number_id);
    self_->send(number.limiter, atom::release_v);
    tell_campaigns(no, number.epoch);
  }
}

/// A new token or limit of a number that is known. New and removed numbers need a restart.
void supervisor_state::on_terms(const numbers_ptr& numbers) {
  for (const auto& next : *numbers) {
    for (auto& known : context_->settings.numbers)
      if (known.phone_number_id == next.phone_number_id) {
        known.token = next.token;
        known.per_second = next.per_second;
        known.in_flight_max = next.in_flight_max;
      }
    for (auto& [no, running] : numbers_) {
      auto& known = running.number;
      if (known.phone_number_id != next.phone_number_id)
        continue;
      known.token = next.token;
      known.per_second = next.per_second;
      known.in_flight_max = next.in_flight_max;
      context_->gateway.open_lane(lane_of(known));
      self_->send(running.limiter, atom::terms_v, next.per_second);
    }
  }
  on_release({});
}

// -- passed on

void supervisor_state::on_sync(const callback_ptr& then) {
  if (open_)
    self_->send(template_sync_, atom::sync_v, then);
  else
    (*then)(not_ready);
}

void supervisor_state::on_write(const write_ptr& write, const callback_ptr& then) {
  if (webhook_)
    self_->send(webhook_, atom::write_v, write, then);
  else
    (*then)(not_ready);
}

// -- failures

void supervisor_state::on_down(const caf::down_msg& down) {
  if (leaving_.erase(down.source) > 0 || stopping_)
    return;
  for (const auto& [no, campaign] : campaigns_) {
    if (campaign.actor.address() != down.source)
      continue;
    const auto failed = no;
    context_->counters.restarts.fetch_add(1);
    spdlog::error("The actor of campaign {} failed ({}) and is started again.", failed,
                  caf::to_string(down.reason));
    for (const auto& [number, running] : numbers_)
      self_->send(running.limiter, atom::detach_v, failed);
    context_->who.remove_campaign(failed);
    campaigns_.erase(failed);
    if (++campaign_failures_[failed] > campaign_failures_max)
      ask(
          self_, housekeeping_store_,
          [failed](ports::dispatch_store& db) {
            return db.set_status(failed, core::campaign_status::paused,
                                 "It failed again and again; see the daemon's log.");
          },
          [](core::status) {});
    return; // the scheduler names it again with its next look
  }
  if (!watched_.contains(down.source))
    return;
  std::erase_if(tree_, [&](const caf::actor& part) { return part.address() == down.source; });
  context_->counters.restarts.fetch_add(1);
  spdlog::critical("A part of the dispatch failed ({}); the dispatch starts again.",
                   caf::to_string(down.reason));
  tear_down();
  retry_open("a part of it failed");
}

supervisor_actor::behavior_type
supervisor(supervisor_actor::stateful_pointer<supervisor_state> self, context_ptr context) {
  self->state.start(std::move(context));
  self->set_down_handler([self](const caf::down_msg& down) { self->state.on_down(down); });
  return {
      [self](atom::open) { self->state.on_open(); },
      [self](atom::runnable, const campaigns_ptr& campaigns) {
        self->state.on_runnable(campaigns);
      },
      [self](atom::retries, const std::vector<core::campaign_no>& campaigns) {
        self->state.on_retries(campaigns);
      },
      [self](atom::ended, core::campaign_no campaign) { self->state.on_ended(campaign); },
      [self](atom::command, core::campaign_no campaign, std::int32_t what,
             const callback_ptr& then) {
        self->state.on_command(campaign, static_cast<ports::campaign_command>(what), then);
      },
      [self](atom::number, core::number_no number, core::lease_epoch epoch) {
        self->state.on_number(number, epoch);
      },
      [self](atom::closed, core::number_no number, core::lease_epoch epoch) {
        self->state.on_closed(number, epoch);
      },
      [self](const trouble& t) { self->state.on_trouble(t); },
      [self](atom::release, core::number_no number) { self->state.on_release(number); },
      [self](atom::terms, const numbers_ptr& numbers) { self->state.on_terms(numbers); },
      [self](atom::sync, const callback_ptr& then) { self->state.on_sync(then); },
      [self](atom::write, const write_ptr& write, const callback_ptr& then) {
        self->state.on_write(write, then);
      },
      [self](atom::stop, const callback_ptr& then) { self->state.on_stop(then); },
      [self](atom::then, const closure_ptr& closure) { (*closure)(); },
  };
}

} // namespace stentor::actors
