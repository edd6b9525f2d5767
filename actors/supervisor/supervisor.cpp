/// Which campaigns run, and what becomes of commands; the supervisor's other duties are in
/// start_sequence.cpp and faults.cpp.
#include "actors/supervisor/supervisor.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stentor::actors {

namespace {

/// A campaign whose actor fails this often without ending well is paused instead of started again.
constexpr int campaign_failures_max = 5;

const core::error not_ready{core::errc::unavailable,
                            "The engine is starting; try again in a moment."};

} // namespace

void supervisor_state::start(context_ptr context) {
  context_ = std::move(context);
  context_->numbers.replace(context_->settings.numbers);
}

void supervisor_state::run(const core::campaign& settings) {
  if (!open_ || stopping_ || campaigns_.contains(settings.no))
    return;
  const campaign_partners partners{.claims = claims_,
                                   .campaigns = housekeeping_,
                                   .recorder = recorder_,
                                   .senders = senders_,
                                   .webhook = webhook_,
                                   .supervisor = supervisor_actor{self_}};
  auto actor = self_->spawn(campaign, context_, partners);
  self_->monitor(actor);
  campaigns_[settings.no] = {.actor = actor,
                             .settings = settings,
                             .pause_asked = false,
                             .paused = false,
                             .told_accounts = {}};
  context_->running.put(settings.no, actor);
  context_->counters.campaigns_running = static_cast<std::uint32_t>(campaigns_.size());
  spdlog::info("Campaign {} runs: {} recipients.", settings.id, settings.recipients_total);
  // As urgent as orders are: none may overtake it.
  self_->send<caf::message_priority::high>(actor, atom::run_v,
                                           std::make_shared<const core::campaign>(settings));
  for (const auto& [no, number] : numbers_)
    if (!number.paused())
      self_->send(actor, atom::number_v, no, number.epoch);
}

std::function<void()> supervisor_state::by_gateway(step_sequence::ended next) {
  const auto no = ++last_by_gateway_;
  by_gateway_[no] = std::move(next);
  return [no, weak = caf::weak_actor_ptr{self_->ctrl()}] {
    if (auto strong = weak.lock())
      caf::anon_send(caf::actor_cast<caf::actor>(strong), atom::gateway_v, no);
  };
}

void supervisor_state::on_gateway(std::uint64_t no) {
  const auto waiting = by_gateway_.extract(no);
  if (!waiting.empty())
    waiting.mapped()(core::ok{});
}

void supervisor_state::on_runnable(const campaigns_ptr& campaigns) {
  for (const auto& settings : *campaigns)
    run(settings);
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
  context_->running.remove_campaign(campaign);
  context_->counters.campaigns_running = static_cast<std::uint32_t>(campaigns_.size());
}

void supervisor_state::on_order(const campaign_order& order, owed_ptr written) {
  if (!open_)
    return written->give(not_ready);
  if (order.command == core::campaign_command::launch) {
    self_->send(scheduler_, atom::poll_v);
    return written->give(core::ok{});
  }
  give_order(order, written);
}

/// Of all starts of all daemons.
std::string supervisor_state::name_of_order(std::uint64_t no) const {
  return context_->settings.owner + "/" + std::to_string(no);
}

/// The answer is owed here and not by the campaign's actor: one that ends meanwhile takes no answer
/// with it, and for a campaign without an actor nothing else is done.
void supervisor_state::give_order(campaign_order order, const owed_ptr& written) {
  order.no = ++orders_taken_;
  if (order.audit)
    order.audit->order = name_of_order(order.no);
  ++context_->counters.orders;
  ++open_orders_[order.campaign];
  if (const auto found = campaigns_.find(order.campaign);
      found != campaigns_.end() && order.command != core::campaign_command::resume)
    self_->send<caf::message_priority::high>(found->second.actor, order);
  when_done(self_->request<caf::message_priority::high>(housekeeping_, caf::infinite,
                                                        atom::command_v, order),
            [this, campaign = order.campaign, command = order.command, no = order.no,
             audit = order.audit, written](const core::status& status) {
              if (status && audit)
                spdlog::info("{} {} by {}.", audit->action, audit->subject, audit->who.actor);
              ++context_->counters.orders;
              if (--open_orders_[campaign] == 0)
                open_orders_.erase(campaign);
              const auto found = campaigns_.find(campaign);
              if (found != campaigns_.end()) {
                if (status)
                  found->second.paused = command == core::campaign_command::pause;
                order_ended ended{.command = command, .problem = {}, .no = no};
                if (!status) {
                  ended.problem = status.error().code;
                } else if (command == core::campaign_command::resume) {
                  found->second.pause_asked = false;
                  found->second.told_accounts.clear();
                }
                if (status && command != core::campaign_command::pause)
                  context_->alarms.clear("campaign " + found->second.settings.id);
                self_->send<caf::message_priority::high>(found->second.actor, ended);
              } else if (status && command == core::campaign_command::resume && open_) {
                self_->send(scheduler_, atom::poll_v);
              }
              if (written)
                written->give(status);
            });
}

void supervisor_state::pause_campaign(core::campaign_no campaign, const core::sentence& reason,
                                      core::pause_kind kind) {
  const auto found = campaigns_.find(campaign);
  if (found == campaigns_.end() || std::exchange(found->second.pause_asked, true))
    return;
  const auto& settings = found->second.settings;
  spdlog::error("Campaign {} is paused: {}", settings.id, reason.text);
  context_->alarms.raise_paused(settings.id, reason, settings.organization);
  give_order({.campaign = campaign,
              .command = core::campaign_command::pause,
              .reason = reason,
              .audit = {},
              .kind = kind,
              .no = {}},
             nullptr);
}

// -- passed on

void supervisor_state::on_sync(core::organization_no organization, owed_ptr synced) {
  if (!open_)
    return synced->give(not_ready);
  when_done(self_->request(template_sync_, caf::infinite, atom::sync_v, organization),
            [synced = std::move(synced)](const core::status& status) { synced->give(status); });
}

void supervisor_state::on_write(const write_ptr& write, owed_ptr written) {
  if (!webhook_)
    return written->give(not_ready);
  for (auto& entry : write->audits)
    entry.order = name_of_order(++orders_taken_);
  when_done(self_->request(webhook_, caf::infinite, atom::write_v, write),
            [written = std::move(written)](const core::status& status) { written->give(status); });
}

// -- failures

/// The scheduler names the campaign again with its next poll.
bool supervisor_state::restart_campaign(const caf::actor_addr& gone) {
  for (const auto& [no, campaign] : campaigns_) {
    if (campaign.actor.address() != gone)
      continue;
    const auto failed = no;
    for (const auto& [number, running] : numbers_)
      self_->send(running.limiter, atom::detach_v, failed);
    context_->running.remove_campaign(failed);
    campaigns_.erase(failed);
    if (++campaign_failures_[failed] > campaign_failures_max)
      give_order({.campaign = failed,
                  .command = core::campaign_command::pause,
                  .reason = core::make_sentence("campaign_keeps_failing",
                                                "It failed again and again; see the daemon's log."),
                  .audit = {},
                  .no = {}},
                 nullptr);
    return true;
  }
  return false;
}

void supervisor_state::on_down(const caf::down_msg& down) {
  if (leaving_.erase(down.source) > 0 || stopping_)
    return;
  if (restart_campaign(down.source)) {
    context_->counters.restarts.fetch_add(1);
    spdlog::error("The actor of a campaign failed ({}); the campaign is started again.",
                  caf::to_string(down.reason));
    return;
  }
  if (!watched_.contains(down.source))
    return;
  std::erase_if(tree_, [&](const caf::actor& part) { return part.address() == down.source; });
  context_->counters.restarts.fetch_add(1);
  spdlog::critical("A part of the dispatch failed ({}); the dispatch starts again.",
                   caf::to_string(down.reason));
  retry_start("a part of it failed");
}

supervisor_actor::behavior_type
supervisor(supervisor_actor::stateful_pointer<supervisor_state> self, context_ptr context) {
  self->state.start(std::move(context));
  self->set_down_handler([self](const caf::down_msg& down) { self->state.on_down(down); });
  const auto owing = [self](auto handle) {
    handle(self->state, owe(self));
    return later();
  };
  return {
      [self](atom::start) { self->state.on_start(); },
      [self](atom::runnable, const campaigns_ptr& all) { self->state.on_runnable(all); },
      [self](atom::retries, const std::vector<core::campaign_no>& due) {
        self->state.on_retries(due);
      },
      [self](atom::ended, core::campaign_no campaign) { self->state.on_ended(campaign); },
      [owing](const campaign_order& order) {
        return owing([&](auto& state, owed_ptr owed) { state.on_order(order, std::move(owed)); });
      },
      [self](atom::number, const ports::lease& lease, std::int64_t asked) {
        self->state.on_number(lease, core::steady_time{std::chrono::nanoseconds{asked}});
      },
      [self](atom::leave, core::number_no number, core::lease_epoch epoch) {
        self->state.on_leave(number, epoch);
      },
      [self](const heard_news& heard) { self->state.on_news(heard); },
      [self](atom::lease_lost, core::number_no number, core::lease_epoch epoch) {
        self->state.on_lease_lost(number, epoch);
      },
      [self](const fault& f) { self->state.on_fault(f); },
      [self](const template_status& status) { self->state.on_template_status(status); },
      [self](atom::release, core::number_no number) { self->state.on_release(number); },
      [owing](const number_order& order) {
        return owing(
            [&](auto& state, const owed_ptr& owed) { state.on_number_order(order, owed); });
      },
      [self](atom::stopped_reason, core::number_no no) { self->state.on_stopped_reason(no); },
      [self](atom::numbers_reloaded, const numbers_ptr& numbers) {
        self->state.on_numbers_reloaded(numbers);
      },
      [owing](atom::sync, core::organization_no whose) {
        return owing([&](auto& state, owed_ptr owed) { state.on_sync(whose, std::move(owed)); });
      },
      [owing](atom::write, const write_ptr& write) {
        return owing([&](auto& state, owed_ptr owed) { state.on_write(write, std::move(owed)); });
      },
      [owing](atom::stop) {
        return owing([](auto& state, owed_ptr owed) { state.on_stop(std::move(owed)); });
      },
      [self](atom::gateway, std::uint64_t no) { self->state.on_gateway(no); },
  };
}

} // namespace stentor::actors
