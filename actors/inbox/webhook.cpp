#include "actors/inbox/webhook.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <spdlog/spdlog.h>

namespace stentor::actors {

namespace {

constexpr std::chrono::milliseconds attribution_interval{500};
constexpr std::int64_t replies_per_round = 5'000;

/// Above this many waiting payloads answer 503; Meta retries.
constexpr std::size_t waiting_max = 50'000;

/// So many campaigns' terms are kept.
constexpr std::size_t policies_max = 10'000;

} // namespace

/// Those who wait for one commit. Who is left when the actor ends is refused.
class webhook_state::answers {
public:
  answers() = default;
  answers(const answers&) = delete;
  answers& operator=(const answers&) = delete;
  ~answers() { give(core::error{core::errc::unavailable, "the engine is starting or stopping"}); }

  void add(std::function<void(core::status)> then) { waiting_.push_back(std::move(then)); }
  void give(const core::status& answer) {
    for (const auto& then : std::exchange(waiting_, {}))
      then(answer);
  }
  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }

private:
  std::vector<std::function<void(core::status)>> waiting_;
};

webhook_state::~webhook_state() {
  for (const auto& [campaign, arrivals] : parked_)
    for (const auto& [payload, then] : arrivals)
      then(core::error{core::errc::unavailable, "the engine is starting or stopping"});
}

void webhook_state::start(context_ptr context, webhook_partners partners) {
  context_ = std::move(context);
  partners_ = std::move(partners);
  const auto numbers = context_->numbers.all();
  for (const auto& number : *numbers) {
    organizations_[number.phone_number_id] = number.organization;
    first_organization_ = number.organization;
  }
  pending_ = std::make_shared<ports::ledger_write>();
  self_->delayed_send(self_, attribution_interval, atom::tick_v);
}

core::organization_no webhook_state::organization_of(const std::string& phone_number_id) const {
  const auto found = organizations_.find(phone_number_id);
  return found == organizations_.end() ? first_organization_ : found->second;
}

core::number_no webhook_state::number_of(std::string_view phone_number_id) const {
  const auto numbers = context_->numbers.all();
  for (const auto& number : *numbers)
    if (number.phone_number_id == phone_number_id)
      return number.no;
  return {};
}

void webhook_state::on_ingest() {
  ingest(context_->webhooks.take());
}

core::campaign_no webhook_state::unknown_in(const ports::webhook_payload& payload) const {
  for (const auto& status : payload.statuses)
    if (status.kind == core::event_kind::failed && !policies_.contains(status.campaign))
      return status.campaign;
  return {};
}

/// A failure that is not written yet can't be lost: who is parked when the database is away or this
/// actor ends is refused, and Meta repeats it.
void webhook_state::park(core::campaign_no campaign, webhook_gate::arrival one) {
  auto& parked = parked_[campaign];
  parked.push_back(std::move(one));
  if (parked.size() > 1)
    return;
  when_answered<ports::retry_terms>(
      self_->request(partners_.campaigns, caf::infinite, atom::terms_v, campaign),
      [this, campaign](const core::result<ports::retry_terms>& terms) {
        auto arrivals = std::move(parked_[campaign]);
        parked_.erase(campaign);
        if (!terms) {
          for (const auto& [payload, then] : arrivals)
            then(terms.error());
          return;
        }
        if (policies_.size() >= policies_max)
          policies_.clear(); // those that run are asked for again, too
        auto& policy = policies_[campaign];
        policy.reset();
        if (!terms->over) {
          policy = context_->settings.retry;
          policy->enabled = terms->retry_failed;
          policy->retries_max = terms->retries_max;
          policy->recover_by(terms->recovery);
          policy->media_are_ours = terms->media_are_ours;
        }
        ingest(std::move(arrivals));
      });
}

void webhook_state::ingest(std::vector<webhook_gate::arrival> arrivals) {
  const auto& counters = context_->counters;
  const auto waiting = std::make_shared<answers>();
  for (auto& [payload, then] : arrivals) {
    if (const auto unknown = unknown_in(*payload); unknown != 0) {
      park(unknown, {payload, std::move(then)});
      continue;
    }
    const auto queue_full = counters.ledger_queue.load() >
                            static_cast<std::int64_t>(context_->settings.ledger_queue_max);
    if (counters.ledger_failing || queue_full || waiting->size() + committing_ >= waiting_max) {
      then(core::error{core::errc::unavailable, "the payload cannot be stored now"});
      continue;
    }
    take(*payload);
    waiting->add(std::move(then));
  }
  if (waiting->size() > 0)
    pass_on(waiting);
}

void webhook_state::take(const ports::webhook_payload& payload) {
  auto& counters = context_->counters;
  counters.webhooks.fetch_add(1, std::memory_order_relaxed);
  counters.statuses.fetch_add(payload.statuses.size(), std::memory_order_relaxed);
  counters.inbound.fetch_add(payload.inbound.size(), std::memory_order_relaxed);
  for (const auto& status : payload.statuses)
    take_status(payload, status);
  for (const auto& message : payload.inbound)
    take_inbound(message);
  for (const auto& change : payload.preferences)
    take_preference(change);
  for (const auto& change : payload.identities)
    pending_->changes.push_back({.organization = organization_of(change.phone_number_id),
                                 .old_phone = change.old_phone,
                                 .old_user_id = change.old_user_id,
                                 .phone = change.phone,
                                 .user_id = change.user_id,
                                 .at_ms = change.at_ms});
  for (const auto& change : payload.templates)
    take_template(change);
  for (const auto& change : payload.accounts)
    take_account(change);
  for (const auto& change : payload.limits)
    take_limit(change);
  pending_->others.insert(pending_->others.end(), payload.others.begin(), payload.others.end());
}

void webhook_state::on_write(const write_ptr& write, const owed_ptr& written) {
  for (auto& row : write->suppressions)
    suppress(std::move(row));
  pending_->audits.insert(pending_->audits.end(), write->audits.begin(), write->audits.end());
  const auto waiting = std::make_shared<answers>();
  waiting->add([written](const core::status& status) { written->give(status); });
  pass_on(waiting);
}

void webhook_state::pass_on(std::shared_ptr<answers> waiting) {
  const auto count = waiting->size();
  committing_ += count;
  when_done(self_->request(partners_.recorder, caf::infinite, atom::commit_v,
                           std::exchange(pending_, std::make_shared<ports::ledger_write>())),
            [this, count, waiting = std::move(waiting)](const core::status& status) {
              committing_ -= count;
              waiting->give(status);
            });
}

/// Receipts come several times for each message, so what was noted lately is not written again.
void webhook_state::note_alias(core::organization_no organization, core::person_key person,
                               std::string_view user_id, std::int64_t at_ms) {
  if (core::phone_of(person) == 0 || user_id.empty())
    return;
  if (!aliases_.note(organization, core::person_from_user_id(user_id), person))
    return;
  pending_->aliases.push_back({.organization = organization,
                               .phone = person,
                               .user_id = std::string{user_id},
                               .at_ms = at_ms});
}

void webhook_state::take_status(const ports::webhook_payload& payload,
                                const ports::status_update& status) {
  const auto text = payload.text_of(status);
  note_alias(first_organization_, status.person, payload.user_of(status), status.at_ms);
  if (status.kind != core::event_kind::failed) {
    pending_->events.add(status.campaign, status.seq, status.attempt, status.kind, status.code, {},
                         status.at_ms, text);
    if (!refusals_.empty())
      refusals_.erase(status.campaign);
    return;
  }
  const auto& policy = policies_.at(status.campaign);
  auto verdict = core::decide({.kind = core::outcome_class::failed,
                               .code = status.code,
                               .by_webhook = true,
                               .attempt = status.attempt,
                               .retries = status.retries,
                               .campaign = status.campaign,
                               .seq = status.seq},
                              policy.value_or(context_->settings.retry));
  if (verdict.retry && (!policy || status.attempt >= core::attempts_max))
    verdict = {.event = core::event_kind::failed};
  pending_->events.add(status.campaign, status.seq, status.attempt, verdict.event, status.code, {},
                       status.at_ms, text);
  if (verdict.retry)
    pending_->retries.push_back(
        {.campaign = status.campaign,
         .seq = status.seq,
         .attempt = static_cast<std::int16_t>(status.attempt + 1),
         .retries = static_cast<std::int16_t>(status.retries + (verdict.counts_as_retry ? 1 : 0)),
         .due_ms = context_->now_ms() + verdict.retry_delay.count(),
         .number = {}});
  if (verdict.event == core::event_kind::failed && refusals_[status.campaign].refused(status.code))
    self_->send(partners_.supervisor, fault{.scope = core::scope_action::stop_campaign,
                                            .number = {},
                                            .campaign = status.campaign,
                                            .code = status.code,
                                            .wait = {},
                                            .text = std::string{text}});
  if (verdict.event == core::event_kind::opted_out && status.person != 0)
    suppress({.organization = first_organization_,
              .person = status.person,
              .user_id = std::string{payload.user_of(status)},
              .reason = std::to_string(status.code),
              .evidence = "recipient " + std::to_string(status.seq) + " of campaign " +
                          std::to_string(status.campaign),
              .at_ms = status.at_ms});
  if (verdict.scope != core::scope_action::none && verdict.scope != core::scope_action::slow_number)
    self_->send(partners_.supervisor, fault{.scope = verdict.scope,
                                            .number = number_of(payload.number_of(status)),
                                            .campaign = status.campaign,
                                            .code = status.code,
                                            .wait = verdict.scope_wait,
                                            .text = std::string{text}});
}

void webhook_state::take_inbound(const ports::inbound_message& message) {
  auto row = message.row;
  row.organization = organization_of(row.phone_number_id);
  row.stop = message.stop;
  if (row.type != "system") // which names the old number beside the new id
    note_alias(row.organization, row.person, row.user_id, row.at_ms);
  if (message.stop || message.resume)
    suppress({.organization = row.organization,
              .person = row.person,
              .user_id = row.user_id,
              .reason = "stop_word",
              .evidence = row.message_id,
              .at_ms = row.at_ms,
              .lift = message.resume});
  pending_->inbound.push_back(std::move(row));
  replies_wait_ = true;
}

void webhook_state::take_preference(const ports::preference_change& change) {
  note_alias(organization_of(change.phone_number_id), change.person, change.user_id, change.at_ms);
  suppress({.organization = organization_of(change.phone_number_id),
            .person = change.person,
            .user_id = change.user_id,
            .reason = "user_preferences",
            .evidence = {},
            .at_ms = change.at_ms,
            .lift = !change.stop});
  if (!change.stop)
    return;
  // What he had enough of is the message that he got last: found as if he had answered it.
  ports::inbound_row row;
  row.organization = organization_of(change.phone_number_id);
  row.phone_number_id = change.phone_number_id;
  row.person = change.person;
  row.user_id = change.user_id;
  row.message_id = "user_preferences:" + std::to_string(change.person) + ":" +
                   std::to_string(change.at_ms); // the same when Meta repeats its webhook
  row.type = ports::preference_type;
  row.payload = "{}";
  row.at_ms = change.at_ms;
  row.stop = true;
  pending_->inbound.push_back(std::move(row));
  replies_wait_ = true;
}

void webhook_state::suppress(ports::suppression_row row) {
  // It counts here at once under the keys that it names; the commit tells the person's others. What
  // a lift really lifts only the database knows.
  if (!row.lift) {
    if (row.person != 0)
      context_->stops.add(row.organization, row.person);
    if (!row.user_id.empty())
      context_->stops.add(row.organization, core::person_from_user_id(row.user_id));
    context_->counters.opt_outs.fetch_add(1, std::memory_order_relaxed);
  }
  pending_->suppressions.push_back(std::move(row));
}

void webhook_state::attribute() {
  if (attributing_ || !replies_wait_)
    return;
  attributing_ = true;
  replies_wait_ = committing_ > 0; // what the recorder still has is not there to be found
  when_answered<ports::attribution_report>(
      self_->request(partners_.inbox, caf::infinite, atom::attribute_v, replies_per_round),
      [this](const core::result<ports::attribution_report>& report) {
        attributing_ = false;
        if (!report || report->waiting > 0)
          replies_wait_ = true;
        if (report)
          context_->apply(report->stops);
      });
}

void webhook_state::on_tick() {
  self_->delayed_send(self_, attribution_interval, atom::tick_v);
  attribute();
}

webhook_actor::behavior_type webhook(webhook_actor::stateful_pointer<webhook_state> self,
                                     context_ptr context, webhook_partners partners) {
  self->state.start(std::move(context), std::move(partners));
  return {
      [self](atom::ingest) { self->state.on_ingest(); },
      [self](atom::write, const write_ptr& write) {
        self->state.on_write(write, owe(self));
        return later();
      },
      [self](const campaign_policy& of) { self->state.on_policy(of); },
      [self](atom::forget, core::campaign_no campaign) { self->state.on_forget(campaign); },
      [self](atom::tick) { self->state.on_tick(); },
  };
}

} // namespace stentor::actors
