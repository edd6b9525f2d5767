#include "actors/inbox/webhook.hpp"

#include "actors/runtime/ask.hpp"

#include <spdlog/spdlog.h>

namespace stentor::actors {

namespace {

constexpr std::chrono::milliseconds attribution_interval{500};
constexpr std::int64_t replies_per_round = 5'000;

/// A payload with more than this waiting before it is refused: Meta repeats it, and memory stays
/// bounded.
constexpr std::size_t waiting_max = 50'000;

} // namespace

void webhook_state::start(context_ptr context, recorder_actor recorder, store_actor store,
                          supervisor_actor supervisor) {
  context_ = std::move(context);
  recorder_ = std::move(recorder);
  store_ = std::move(store);
  supervisor_ = std::move(supervisor);
  for (const auto& number : context_->settings.numbers) {
    organizations_[number.phone_number_id] = number.organization;
    first_organization_ = number.organization;
  }
  pending_ = std::make_shared<ports::ledger_write>();
  committing_ = std::make_shared<std::atomic<std::size_t>>(0);
  self_->delayed_send(self_, attribution_interval, atom::tick_v);
}

core::organization_no webhook_state::organization_of(const std::string& phone_number_id) const {
  const auto found = organizations_.find(phone_number_id);
  return found == organizations_.end() ? first_organization_ : found->second;
}

void webhook_state::on_ingest() {
  const auto& counters = context_->counters;
  std::vector<answer> waiting;
  for (auto& [payload, then] : context_->webhooks.take()) {
    const auto queue_full = counters.ledger_queue.load() >
                            static_cast<std::int64_t>(context_->settings.ledger_queue_max);
    if (counters.ledger_failing || queue_full || waiting.size() + *committing_ >= waiting_max) {
      then(core::error{core::errc::unavailable, "the payload cannot be stored now"});
      continue;
    }
    take(*payload);
    waiting.push_back(std::move(then));
  }
  if (!waiting.empty())
    pass_on(std::move(waiting));
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
  for (const auto& change : payload.templates)
    take_template(change);
  for (const auto& change : payload.accounts)
    take_account(change);
  pending_->others.insert(pending_->others.end(), payload.others.begin(), payload.others.end());
}

void webhook_state::on_write(const write_ptr& write, const callback_ptr& then) {
  for (auto& row : write->suppressions)
    suppress(std::move(row));
  pass_on({*then});
}

void webhook_state::pass_on(std::vector<answer> waiting) {
  *committing_ += waiting.size();
  auto then = std::make_shared<const answer>(
      [waiting = std::move(waiting), committing = committing_](const core::status& status) {
        *committing -= waiting.size();
        for (const auto& one : waiting)
          one(status);
      });
  self_->send(recorder_, atom::write_v,
              std::exchange(pending_, std::make_shared<ports::ledger_write>()),
              callback_ptr{std::move(then)});
}

void webhook_state::take_status(const ports::webhook_payload& payload,
                                const ports::status_update& status) {
  const auto text = payload.text_of(status);
  if (status.kind != core::event_kind::failed) {
    pending_->events.add(status.campaign, status.seq, status.attempt, status.kind, status.code, {},
                         status.at_ms, text);
    return;
  }
  const auto found = policies_.find(status.campaign);
  const auto& policy = found == policies_.end() ? context_->settings.retry : found->second;
  auto verdict =
      core::decide(core::outcome_class::failed, status.code, false, true, status.retries, policy);
  if (verdict.retry && status.attempt >= core::attempts_max)
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
  if (verdict.event == core::event_kind::opted_out && status.person != 0) {
    suppress({.organization = first_organization_,
              .person = status.person,
              .user_id = {},
              .reason = "131050",
              .evidence = std::string{text},
              .at_ms = status.at_ms,
              .lift = false});
  }
  if (verdict.scope != core::scope_action::none && verdict.scope != core::scope_action::slow_number)
    self_->send(supervisor_, trouble{.scope = verdict.scope,
                                     .number = {},
                                     .campaign = status.campaign,
                                     .code = status.code,
                                     .wait = verdict.scope_wait,
                                     .text = std::string{text}});
}

void webhook_state::take_inbound(const ports::inbound_message& message) {
  auto row = message.row;
  row.organization = organization_of(row.phone_number_id);
  row.stop = message.stop;
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
  if (row.person != 0) {
    if (row.lift)
      context_->stops.remove(row.organization, row.person);
    else
      context_->stops.add(row.organization, row.person);
  }
  if (!row.lift)
    context_->counters.opt_outs.fetch_add(1, std::memory_order_relaxed);
  pending_->suppressions.push_back(std::move(row));
}

void webhook_state::take_template(const ports::template_change& change) {
  ask(
      self_, store_,
      [change](ports::dispatch_store& db) -> core::result<std::vector<core::campaign_no>> {
        auto saved =
            db.set_template_status(change.waba_id, change.name, change.language, change.event);
        if (!saved)
          return saved.problem();
        return db.campaigns_of_template(change.name, change.language);
      },
      [this, change](core::result<std::vector<core::campaign_no>> campaigns) {
        if (change.event == "APPROVED" || change.event == "REINSTATED" ||
            change.event == "UNARCHIVED" || !campaigns)
          return;
        const auto reason = "Meta says that template " + change.name + " (" + change.language +
                            ") is " + change.event;
        for (const auto campaign : *campaigns)
          self_->send(supervisor_, trouble{.scope = core::scope_action::stop_template,
                                           .number = {},
                                           .campaign = campaign,
                                           .code = 0,
                                           .wait = std::chrono::seconds{0},
                                           .text = reason});
      });
}

void webhook_state::take_account(const ports::account_change& change) {
  if (!change.stops_sending)
    return;
  const auto wait_ms = change.until_ms > 0 ? change.until_ms - context_->now_ms() : 0;
  for (const auto& number : context_->settings.numbers) {
    if (number.waba_id != change.waba_id)
      continue;
    self_->send(supervisor_,
                trouble{.scope = core::scope_action::pause_account,
                        .number = number.no,
                        .campaign = {},
                        .code = 0,
                        .wait = std::chrono::seconds{std::max<std::int64_t>(0, wait_ms / 1'000)},
                        .text = "account update " + change.event});
    return;
  }
}

void webhook_state::attribute() {
  if (attributing_ || !replies_wait_)
    return;
  attributing_ = true;
  replies_wait_ = *committing_ > 0; // what the recorder still has is not there to be found
  ask(
      self_, store_,
      [](ports::dispatch_store& db) { return db.attribute_replies(replies_per_round); },
      [this](core::result<std::int64_t> left) {
        attributing_ = false;
        if (!left || *left > 0)
          replies_wait_ = true;
      });
}

void webhook_state::on_tick() {
  self_->delayed_send(self_, attribution_interval, atom::tick_v);
  attribute();
}

webhook_actor::behavior_type webhook(webhook_actor::stateful_pointer<webhook_state> self,
                                     context_ptr context, recorder_actor recorder,
                                     store_actor store, supervisor_actor supervisor) {
  self->state.start(std::move(context), std::move(recorder), std::move(store),
                    std::move(supervisor));
  return {
      [self](atom::ingest) { self->state.on_ingest(); },
      [self](atom::write, const write_ptr& write, const callback_ptr& then) {
        self->state.on_write(write, then);
      },
      [self](atom::terms, const retry_terms& terms) { self->state.on_terms(terms); },
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::then, const closure_ptr& closure) { (*closure)(); },
  };
}

} // namespace stentor::actors
