/// Numbers and what stops them: leases, Meta's refusals beyond one message, reloads.
#include "actors/supervisor/supervisor.hpp"

#include "stentor/core/delivery/answer_guard.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace stentor::actors {

namespace {

/// How soon the reason of a stopped number is written again if that failed.
constexpr std::chrono::seconds reason_repeat{1};

/// What Meta said, for the `cause` of a sentence; `error` tells the number alone.
core::sentence_params cause_of(const fault& f, core::sentence_params params = {}) {
  const auto error = std::to_string(f.code);
  params.emplace_back("cause", f.code == 0 ? f.text : "Meta's error " + error + ", " + f.text);
  params.emplace_back("error", error);
  return params;
}

core::sentence why_stopped(const fault& f) {
  if (f.wait.count() > 0)
    return core::make_sentence("number_waits",
                               "It does not send ({cause}). It tries again after {seconds} s.",
                               cause_of(f, {{"seconds", std::to_string(f.wait.count())}}));
  if (f.scope == core::scope_action::pause_token)
    return core::make_sentence("number_lacks_token",
                               "It does not send ({cause}). Reload the configuration with a token "
                               "that is valid, or resume the number.",
                               cause_of(f));
  return core::make_sentence("number_paused",
                             "It does not send ({cause}). Mend the cause, then resume the number.",
                             cause_of(f));
}

/// @param language empty: nobody knows in which
core::sentence refusal_of_template(const fault& f, const core::campaign& c,
                                   const std::string& language) {
  if (c.translations.empty() || language.empty())
    return core::make_sentence("template_refused", "Meta refuses its template ({cause}).",
                               cause_of(f));
  return core::make_sentence("template_language_refused",
                             "Meta refuses its template in {language} ({cause}).",
                             cause_of(f, {{"language", language}}));
}

} // namespace

/// The lease stays as it is: only the database prolongs it.
ports::sending_number supervisor_state::settings_of(const ports::number& number,
                                                    core::lease_epoch epoch) const {
  return {.number = number.no,
          .epoch = epoch,
          .path = context_->management.messages_path(number.phone_number_id),
          .token = number.token,
          .per_second = number.per_second,
          .in_flight_max = number.in_flight_max,
          .start = context_->lease_time(self_->clock().now()),
          .lease_until = {}};
}

void supervisor_state::tell_campaigns(core::number_no number, core::lease_epoch epoch) {
  for (const auto& [no, campaign] : campaigns_)
    self_->send(campaign.actor, atom::number_v, number, epoch);
}

// -- leases

/// A lease of ours that ran out (the database was away for longer) comes back under a new epoch;
/// everything of the old one is fenced then and must be recovered like a stranger's.
void supervisor_state::on_number(const ports::lease& lease, core::steady_time asked) {
  const auto number = lease.number;
  if (!open_ || stopping_ || adopting_.contains(number) || leaving_numbers_.contains(number))
    return;
  const auto owned = numbers_.find(number);
  if (owned != numbers_.end() && owned->second.epoch >= lease.epoch)
    return;
  drop_number(number);
  if (const auto known = context_->numbers.find(number))
    spdlog::info("Number {} is ours now.", known->phone_number_id);
  // Whoever owned it before, its first message here waits for a window of the limit.
  auto fresh = lease;
  fresh.fresh = true;
  const auto adopted = std::make_shared<adoption>(adoption{
      .leases = {fresh}, .asked = asked, .since = context_->lease_time(self_->clock().now())});
  auto& sequence = adopting_[number];
  sequence = std::make_shared<step_sequence>(steps_of(adopted),
                                             [this, number](const core::status& status) {
                                               if (!status)
                                                 return retry_start(status.error().message);
                                               adopting_.erase(number);
                                             });
  sequence->run();
}

void supervisor_state::on_lease_lost(core::number_no number, core::lease_epoch epoch) {
  const auto known = numbers_.find(number);
  if (known == numbers_.end() || known->second.epoch != epoch)
    return;
  const auto id = known->second.number.phone_number_id;
  spdlog::critical("Number {}: its lease was lost.", id);
  context_->alarms.raise("number " + id,
                         core::make_sentence("lease_lost",
                                             "number {number}: Its lease was lost, so another "
                                             "process may send from it. It goes on here as soon as "
                                             "the lease is free.",
                                             {{"number", id}}),
                         known->second.number.organization);
  drop_number(number);
}

/// Its claims stay open for whoever owns it next.
void supervisor_state::drop_number(core::number_no number) {
  const auto known = numbers_.find(number);
  if (known == numbers_.end())
    return;
  const auto limiter = known->second.limiter;
  keep_stop(known->second);
  context_->number_figures.remove(known->second.number.phone_number_id);
  numbers_.erase(known);
  context_->running.remove_number(number);
  context_->counters.numbers_active = static_cast<std::uint32_t>(numbers_.size());
  tell_campaigns(number, {});
  watched_.erase(limiter.address());
  std::erase_if(tree_, [&](const caf::actor& part) { return part == limiter; });
  self_->demonitor(limiter.address());
  self_->send_exit(limiter, caf::exit_reason::user_shutdown);
  context_->gateway.close_number(number, {});
}

// -- stop and release

void supervisor_state::pause_numbers(const fault& f,
                                     const std::function<bool(const ports::number&)>& concerned) {
  for (auto& [no, number] : numbers_) {
    if (number.paused() || !concerned(number.number))
      continue;
    const auto& id = number.number.phone_number_id;
    number.stop = {.reason = why_stopped(f),
                   .by = f.scope,
                   .until = f.wait.count() > 0 ? self_->clock().now() + f.wait
                                               : core::steady_time::max()};
    tell_campaigns(no, {});
    self_->send<caf::message_priority::high>(number.limiter, atom::pause_v,
                                             std::int64_t{f.wait.count()});
    raise_stopped(number);
    spdlog::critical("Number {}: {}", id, number.stop.reason->text);
    on_stopped_reason(no);
  }
}

void supervisor_state::release(core::number_no wanted) {
  const auto found = numbers_.find(wanted);
  if (found == numbers_.end() || !found->second.paused())
    return;
  auto& number = found->second;
  number.stop = {};
  context_->alarms.clear("number " + number.number.phone_number_id);
  self_->send(number.limiter, atom::release_v);
  tell_campaigns(wanted, number.epoch);
  on_stopped_reason(wanted);
}

void supervisor_state::keep_stop(const running_number& number) {
  if (number.paused())
    stops_kept_[number.number.no] = number.stop;
}

void supervisor_state::stop_again(running_number& number) {
  const auto kept = stops_kept_.find(number.number.no);
  if (kept == stops_kept_.end())
    return;
  auto stop = std::move(kept->second);
  stops_kept_.erase(kept);
  const auto left =
      std::chrono::ceil<std::chrono::seconds>(stop.until - self_->clock().now()).count();
  if (left <= 0)
    return;
  self_->send<caf::message_priority::high>(
      number.limiter, atom::pause_v,
      stop.until == core::steady_time::max() ? std::int64_t{0} : std::int64_t{left});
  number.stop = std::move(stop);
  raise_stopped(number);
}

void supervisor_state::raise_stopped(const running_number& number) {
  const auto& id = number.number.phone_number_id;
  context_->alarms.raise("number " + id,
                         core::make_sentence("number_stopped_now", "number {number}: {reason}",
                                             core::quoting(*number.stop.reason, {{"number", id}})),
                         number.number.organization);
}

void supervisor_state::on_release(core::number_no number) {
  release(number);
}

/// Writes the reason of this moment; while that fails, again and again.
void supervisor_state::on_stopped_reason(core::number_no no) {
  const auto found = numbers_.find(no);
  if (found == numbers_.end() || stopping_)
    return;
  context_->number_figures.stopped(found->second.number.phone_number_id, found->second.paused());
  when_done(self_->request(housekeeping_, caf::infinite,
                           number_stop{.number = no, .reason = found->second.stop.reason}),
            [this, no](const core::status& status) {
              if (!status && status.error().code == core::errc::unavailable && open_)
                self_->delayed_send(self_, reason_repeat, atom::stopped_reason_v, no);
            });
}

/// A new token or limit of a number that is known. New and removed numbers need a restart. A number
/// that was stopped for its token tries a new one; what Meta restricted stays so.
void supervisor_state::on_numbers_reloaded(const numbers_ptr& numbers) {
  const auto adopt = [](ports::number& known, const ports::number& next) {
    known.token = next.token;
    known.per_second = next.per_second;
    known.in_flight_max = next.in_flight_max;
  };
  auto all = *context_->numbers.all();
  for (const auto& next : *numbers) {
    for (auto& known : all)
      if (known.phone_number_id == next.phone_number_id)
        adopt(known, next);
    for (auto& [no, running] : numbers_) {
      if (running.number.phone_number_id != next.phone_number_id)
        continue;
      const bool new_token = running.number.token != next.token;
      adopt(running.number, next);
      context_->gateway.open_number(settings_of(running.number, running.epoch));
      self_->send(running.limiter, atom::rate_changed_v, next.per_second);
      if (new_token && running.stop.by == core::scope_action::pause_token)
        release(no);
    }
  }
  context_->numbers.replace(std::move(all));
}

// -- faults beyond one message

void supervisor_state::on_fault(const fault& f) {
  switch (f.scope) {
  case core::scope_action::none:
  case core::scope_action::slow_number:
    return;
  case core::scope_action::stop_template: {
    const auto found = campaigns_.find(f.campaign);
    if (found == campaigns_.end())
      return;
    auto& settings = found->second.settings;
    const auto language = core::language_at(settings, f.lang);
    const auto reason = refusal_of_template(f, settings, language);
    const template_key key{
        .waba_id = account_of(f.number), .name = settings.template_name, .language = language};
    pause_campaign(f.campaign, reason, core::pause_kind::template_);
    // Every message in flight is refused for the same reason: the first one is enough.
    if (!key.waba_id.empty() && !language.empty() &&
        found->second.told_accounts.insert({key.waba_id, language}).second)
      stop_template(key, reason);
    return;
  }
  case core::scope_action::stop_campaign:
    pause_campaign(f.campaign, core::same_refusal_for_all(f.code, f.text),
                   core::pause_kind::refusals);
    return;
  case core::scope_action::pause_number:
  case core::scope_action::pause_account:
  case core::scope_action::pause_token:
    break;
  }
  const auto number = numbers_.find(f.number);
  if (number ==
      numbers_.end()) { // of a number that is not at work here: the campaign is all we know
    pause_campaign(f.campaign,
                   core::make_sentence("messages_refused", "Meta refuses its messages ({cause}).",
                                       cause_of(f)),
                   core::pause_kind::refusals);
    return;
  }
  const auto cause = number->second.number;
  pause_numbers(f, [&](const ports::number& other) {
    return other.no == cause.no ||
           (f.scope == core::scope_action::pause_account && other.waba_id == cause.waba_id) ||
           (f.scope == core::scope_action::pause_token && other.token == cause.token);
  });
}

/// The account of the number that sent the message; empty for a number that is not at work here.
std::string supervisor_state::account_of(core::number_no number) const {
  const auto known = number != 0 ? context_->numbers.find(number) : nullptr;
  return known ? known->waba_id : std::string{};
}

void supervisor_state::on_template_status(const template_status& status) {
  if (status.stops_sending)
    stop_template(
        {.waba_id = status.waba_id, .name = status.name, .language = status.language},
        core::make_sentence(
            "template_stopped", "Meta says that template {template} ({language}) is {status}.",
            {{"template", status.name}, {"language", status.language}, {"status", status.status}}));
}

void supervisor_state::stop_template(const template_key& key, const core::sentence& reason) {
  when_answered<std::vector<core::campaign_no>>(
      self_->request<caf::message_priority::high>(housekeeping_, caf::infinite,
                                                  atom::using_template_v, key),
      [this, reason, key](const core::result<std::vector<core::campaign_no>>& users) {
        if (!users) {
          for (auto& [no, campaign] : campaigns_)
            campaign.told_accounts.erase(
                {key.waba_id, key.language}); // the next refusal asks again
          return spdlog::warn("The campaigns with template {} could not be looked up: {}", key.name,
                              users.error().message);
        }
        for (const auto campaign : *users)
          pause_campaign(campaign, reason, core::pause_kind::template_);
      });
}

} // namespace stentor::actors
