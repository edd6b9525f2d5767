/// What the supervisor does because there are other daemons: it obeys what operators told them,
/// follows what they wrote, and gives numbers up that they are to have.
#include "actors/supervisor/supervisor.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace stentor::actors {

namespace {

/// What another daemon was told holds here from so long after its answer.
constexpr std::chrono::milliseconds heard_for{1'000};

core::sentence paused_by_operator() {
  return core::make_sentence(
      "number_paused_by_operator",
      "It does not send: an operator paused it. Resume the number to go on.");
}

} // namespace

// -- orders to numbers

/// Written for whoever holds the number, and obeyed here when that is this daemon. A pause does not
/// wait for the database.
void supervisor_state::on_number_order(const number_order& order, const owed_ptr& done) {
  for (auto& [no, number] : numbers_)
    if (order.pause && number.number.phone_number_id == order.phone_number_id &&
        (!order.audit || order.audit->who.organization == number.number.organization))
      pause_by_order(number);
  if (!housekeeping_)
    return done->give(
        core::error{core::errc::unavailable, "The engine is starting; try again in a moment."});
  ports::number_command command{.phone_number_id = order.phone_number_id,
                                .organization = order.audit ? order.audit->who.organization
                                                            : core::organization_no{},
                                .pause = order.pause,
                                .reason = paused_by_operator()};
  auto write = std::make_shared<ports::ledger_write>();
  if (order.audit) {
    write->audits.push_back(*order.audit);
    write->audits.back().order = name_of_order(++orders_taken_);
  }
  when_answered<ports::obeyed_number>(
      self_->request<caf::message_priority::high>(housekeeping_, caf::infinite, std::move(command)),
      [this, done, pause = order.pause,
       write = std::move(write)](const core::result<ports::obeyed_number>& written) {
        if (!written)
          return done->give(written.error());
        obey({.number = written->number, .order_no = written->order_no, .paused = pause});
        if (!recorder_)
          return done->give(core::error{core::errc::unavailable,
                                        "The engine starts again; try again in a moment."});
        when_done(self_->request(recorder_, caf::infinite, atom::commit_v, write),
                  [done](const core::status& status) { done->give(status); });
      });
}

void supervisor_state::pause_by_order(running_number& number) {
  number.stop = {.reason = paused_by_operator()};
  context_->gateway.hold_number(number.number.no, true);
  tell_campaigns(number.number.no, {});
  self_->send<caf::message_priority::high>(number.limiter, atom::pause_v, std::int64_t{0});
  raise_stopped(number);
  context_->number_figures.stopped(number.number.phone_number_id, true);
}

/// The latest order holds, whoever took it and in whatever order one hears of them.
void supervisor_state::obey(const ports::number_word& word) {
  auto& last = words_[word.number];
  if (word.order_no > last.order_no)
    last = word;
  const auto found = numbers_.find(word.number);
  if (found == numbers_.end() || found->second.order_no >= word.order_no)
    return;
  found->second.order_no = word.order_no;
  if (word.paused)
    pause_by_order(found->second);
  else
    release(word.number);
}

/// What the lease said when it was taken, or what was heard since.
ports::number_word supervisor_state::last_word(const ports::lease& lease) const {
  const auto heard = words_.find(lease.number);
  if (heard != words_.end() && heard->second.order_no >= lease.order_no)
    return heard->second;
  return {.number = lease.number, .order_no = lease.order_no, .paused = lease.paused_by_operator};
}

/// What was read before an order that was taken here, or before its end, says nothing of campaigns.
/// The gateway may send on once everything has been handed to it: it takes commands in their order.
void supervisor_state::on_news(const heard_news& heard) {
  const auto& news = *heard.news;
  for (const auto& word : news.words)
    obey(word);
  const bool overtaken = heard.orders != context_->counters.orders;
  if (!overtaken)
    for (const auto& standing : news.campaigns)
      follow(standing);
  if (news.others == 0)
    context_->gateway.heard_until(core::steady_time::max());
  else if (!overtaken || news.campaigns.empty())
    context_->gateway.heard_until(heard.asked + heard_for);
}

// -- campaigns

void supervisor_state::follow(const ports::campaign_standing& standing) {
  using core::campaign_command;
  using core::campaign_status;
  const auto found = campaigns_.find(standing.no);
  if (found == campaigns_.end() || open_orders_.contains(standing.no))
    return; // what an order makes of it is told at the order's end
  auto& campaign = found->second;
  if (std::exchange(campaign.pacing_changed_ms, standing.pacing_changed_ms) !=
      standing.pacing_changed_ms)
    self_->send(campaign.actor, atom::plan_v);
  const auto tell = [&](campaign_command command) {
    const auto no = ++orders_taken_;
    if (command != campaign_command::resume)
      self_->send<caf::message_priority::high>(
          campaign.actor,
          campaign_order{
              .campaign = standing.no, .command = command, .reason = {}, .audit = {}, .no = no});
    self_->send<caf::message_priority::high>(
        campaign.actor, order_ended{.command = command, .problem = {}, .no = no});
  };
  switch (standing.status) {
  case campaign_status::paused:
    if (!std::exchange(campaign.paused, true)) {
      context_->gateway.hold_campaign(standing.no, true);
      tell(campaign_command::pause);
    }
    return;
  case campaign_status::sending:
    if (std::exchange(campaign.paused, false)) {
      campaign.pause_asked = false;
      campaign.told_accounts.clear();
      context_->alarms.clear("campaign " + campaign.settings.id);
      spdlog::info("Campaign {} goes on.", campaign.settings.id);
      tell(campaign_command::resume);
    }
    return;
  case campaign_status::cancelled:
  case campaign_status::expired:
  case campaign_status::failed:
    context_->gateway.hold_campaign(standing.no, true);
    return tell(campaign_command::cancel);
  case campaign_status::completed:
    // One that runs for its late retries was completed when it began.
    if (campaign.settings.status != campaign_status::completed)
      end_here(standing.no);
    return;
  case campaign_status::draft:
  case campaign_status::scheduled:
    return;
  }
}

/// Another daemon has ended it: everybody is explained, so nothing of it is left here.
void supervisor_state::end_here(core::campaign_no campaign) {
  for (const auto& [no, number] : numbers_)
    self_->send(number.limiter, atom::detach_v, campaign);
  for (const auto& sender : senders_.all())
    self_->send(sender, atom::forget_v, campaign);
  self_->send(webhook_, atom::forget_v, campaign);
  context_->gateway.set_campaign_rate(campaign, 0);
  on_ended(campaign);
}

// -- numbers

/// In order: nothing new, what is under way ends, what became of it is durable, then the lease is
/// free. Its next owner finds nothing in doubt.
void supervisor_state::on_leave(core::number_no number, core::lease_epoch epoch) {
  const auto known = numbers_.find(number);
  if (!open_ || stopping_ || adopting_.contains(number) || leaving_numbers_.contains(number) ||
      (known != numbers_.end() && known->second.epoch > epoch))
    return;
  leaving_numbers_.insert(number);
  // The lease ran out and came back under a new epoch while it was to go: nobody here sends by it.
  if (known == numbers_.end() || known->second.epoch < epoch)
    return give_number_up(number);
  spdlog::info("Number {} goes to another daemon.", known->second.number.phone_number_id);
  tell_campaigns(number, {});
  const auto still = [this, number, epoch, tree = incarnation_] {
    const auto found = numbers_.find(number);
    return tree == incarnation_ && open_ && !stopping_ && found != numbers_.end() &&
           found->second.epoch == epoch;
  };
  const auto durable = [this, number, still](const core::status&) {
    if (still())
      give_number_up(number);
    else
      leaving_numbers_.erase(number);
  };
  // A request that never ends must not keep the number here: what becomes of it is a fact later on.
  when_done(
      self_->request(known->second.limiter, context_->settings.longest_request, atom::leave_v),
      [this, number, still, durable](const core::status&) {
        if (!still())
          return void(leaving_numbers_.erase(number));
        ask_senders(atom::stop_v, [this, number, still, durable](const core::status&) {
          if (!still())
            return void(leaving_numbers_.erase(number));
          ask_senders(atom::catch_up_v, durable);
        });
      });
}

void supervisor_state::give_number_up(core::number_no number) {
  drop_number(number);
  when_done(self_->request(lease_keeper_, caf::infinite, atom::release_v, number),
            [this, number](const core::status& freed) {
              leaving_numbers_.erase(number);
              const auto known = context_->numbers.find(number);
              if (!freed && known)
                spdlog::warn("The lease of number {} could not be given up and runs out: {}",
                             known->phone_number_id, freed.error().message);
            });
}

} // namespace stentor::actors
