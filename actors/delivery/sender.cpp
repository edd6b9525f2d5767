#include "actors/delivery/sender.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <algorithm>
#include <utility>

namespace stentor::actors {

namespace {

/// Counts travel at most this often; the window of open requests has room for it.
constexpr std::chrono::milliseconds count_interval{10};

/// How long a number rests when something answers in Meta's place, before it tries again by itself.
constexpr std::chrono::seconds foreign_answer_wait{60};

} // namespace

void sender_state::start(context_ptr context, recorder_actor recorder, supervisor_actor supervisor,
                         std::size_t place, std::size_t pool_size) {
  context_ = std::move(context);
  recorder_ = std::move(recorder);
  supervisor_ = std::move(supervisor);
  const auto numbers = context_->numbers.all();
  for (const auto& number : *numbers)
    organizations_[number.no] = number.organization;
  place_ = place;
  pool_size_ = pool_size;
}

bool sender_state::carries(core::number_no number) const noexcept {
  return sender_pool::place(number, pool_size_) == place_;
}

const core::retry_policy& sender_state::policy_of(core::campaign_no campaign) const {
  const auto found = policies_.find(campaign);
  return found == policies_.end() ? context_->settings.retry : found->second;
}

// -- out: marks, then bytes

void sender_state::request_marks(std::vector<core::slice> slices) {
  auto write = std::make_shared<ports::ledger_write>();
  for (const auto& slice : slices)
    write->marks.push_back({.claim = slice.chunk->claim,
                            .number = slice.chunk->number,
                            .epoch = slice.chunk->epoch,
                            .mark = slice.chunk->mark_before(slice.end)});
  ++marking_;
  when_done(self_->request(recorder_, caf::infinite, atom::commit_v, std::move(write)),
            [this, slices = std::move(slices)](const core::status& durable) {
              --marking_;
              on_marked(slices, durable);
              if (stopped_ && marking_ == 0)
                std::exchange(stopped_, nullptr)->give(core::ok{});
            });
}

void sender_state::on_marked(const std::vector<core::slice>& slices, const core::status& durable) {
  const auto& first = *slices.front().chunk;
  if (!durable && durable.error().code == core::errc::fenced) {
    // Somebody else owns the number: whatever is left of it here is theirs to recover.
    if (context_->running.epoch(first.number) == first.epoch)
      context_->gateway.close_number(first.number, {});
    self_->send(supervisor_, atom::lease_lost_v, first.number, first.epoch);
    return;
  }
  if (!durable && !held_.contains(first.number)) {
    // The commit failed and is being repeated; a mark may be written twice, and the second answer
    // is the one that counts.
    request_marks(slices);
    return;
  }
  for (const auto& slice : slices)
    submit(slice);
}

void sender_state::submit(const core::slice& slice) {
  const auto& chunk = *slice.chunk;
  if (!held_.contains(chunk.number) && !cancelled_.contains(chunk.campaign)) {
    context_->gateway.submit(slice);
    return;
  }
  const auto count = static_cast<std::int32_t>(slice.end - slice.begin);
  ended_.ended(chunk.number, chunk.campaign, count);
  pass_on({.number = chunk.number, .campaign = chunk.campaign, .count = count});
  on_requeue(slice);
}

/// Not gathered: the number's next mark waits for it.
void sender_state::pass_on(const core::departed_slice& slice) {
  if (auto limiter = context_->running.limiter(slice.number))
    self_->send(limiter, slice);
}

void sender_state::on_hold(core::number_no number, bool held) {
  if (held)
    held_.insert(number);
  else
    held_.erase(number);
}

/// A slice whose mark becomes durable behind the end would be in doubt at the next start although
/// it was never sent; so the end waits for the marks, and their slices go back.
void sender_state::on_stop(owed_ptr stopped) {
  if (marking_ == 0)
    stopped->give(core::ok{});
  else
    stopped_ = std::move(stopped);
}

// -- back: outcomes

void sender_state::on_opened(const claim_opened& claim) {
  claims_[claim.claim] = {claim.campaign, claim.count};
}

/// A cancelled campaign stays known: what the gateway gives back of it may arrive after its end.
void sender_state::on_forget(core::campaign_no campaign) {
  policies_.erase(campaign);
  refusals_.erase(campaign);
}

void sender_state::requeue(ports::retry_row last, core::number_no number,
                           ports::ledger_write& write) {
  if (last.attempt >= core::attempts_max) {
    write.events.add(last.campaign, last.seq, last.attempt, core::event_kind::failed,
                     static_cast<std::int32_t>(core::local_code::retries_exhausted), number,
                     context_->now_ms(), "it was handed out too often in vain");
    write.retries_done.push_back({last.campaign, last.seq, last.attempt, last.claim});
    return;
  }
  ++last.attempt;
  write.retries.push_back(last);
}

void sender_state::settle(const core::outcome_batch& batch, const core::outcome& o,
                          ports::ledger_write& write) {
  const auto kind = static_cast<std::size_t>(o.kind);
  context_->counters.outcomes[kind].fetch_add(1, std::memory_order_relaxed);
  const auto text = batch.text_of(o);
  const auto unsent = !o.stopped && (o.kind == core::outcome_class::not_sent ||
                                     o.kind == core::outcome_class::not_processed);
  if (o.attempt > 0)
    write.retries_done.push_back({o.campaign, o.seq, o.attempt, o.claim, !unsent});
  if (unsent) {
    if (!cancelled_.contains(o.campaign))
      requeue({.campaign = o.campaign,
               .seq = o.seq,
               .attempt = o.attempt,
               .retries = o.retries,
               .due_ms = o.at_ms + core::round_delay(o.attempt).count(),
               .number = {},
               .claim = o.claim},
              o.number, write);
    return;
  }
  const auto verdict = core::decide({.kind = o.kind,
                                     .code = o.code,
                                     .stopped = o.stopped,
                                     .attempt = o.attempt,
                                     .retries = o.retries,
                                     .campaign = o.campaign,
                                     .seq = o.seq},
                                    policy_of(o.campaign));
  const auto code = verdict.replaced_by == core::local_code::none || o.code != 0
                        ? o.code
                        : static_cast<std::int32_t>(verdict.replaced_by);
  write.events.add(o.campaign, o.seq, o.attempt, verdict.event, code, o.number, o.at_ms, text);
  if (o.paced)
    write.events.add(o.campaign, o.seq, o.attempt, core::event_kind::paced, 0, o.number, o.at_ms);
  watch_answer(o, verdict, text);
  if (verdict.retry) { // also of a campaign that is over: the store knows whether it tries again
    const auto wait = core::retry_wait(verdict, o.retry_after_s, o.attempt, policy_of(o.campaign));
    const auto counted = verdict.counts_as_retry ? 1 : 0;
    requeue({.campaign = o.campaign,
             .seq = o.seq,
             .attempt = o.attempt,
             .retries = static_cast<std::int16_t>(o.retries + counted),
             .due_ms = o.at_ms + wait.count(),
             .number = {},
             .claim = {}},
            o.number, write);
  }
  if (verdict.event == core::event_kind::in_doubt)
    write.doubts.push_back({.campaign = o.campaign,
                            .seq = o.seq,
                            .attempt = o.attempt,
                            .since_ms = o.at_ms,
                            .code = o.code});
  if (verdict.event == core::event_kind::opted_out && o.code != 0)
    note_stop(o, write);
  ended_.answered(o, verdict.scope == core::scope_action::slow_number, self_->clock().now());
  signal(o, verdict, text);
}

/// Meta's answer says that the person stopped marketing: it counts here at once, for every
/// campaign, and with this commit in the database. A person without phone number is stopped there
/// by the fold.
void sender_state::note_stop(const core::outcome& o, ports::ledger_write& write) {
  context_->counters.opt_outs.fetch_add(1, std::memory_order_relaxed);
  const auto organization = organizations_[o.number];
  context_->stops.add(organization, o.person);
  if (core::phone_of(o.person) != 0)
    write.suppressions.push_back({.organization = organization,
                                  .person = o.person,
                                  .user_id = {},
                                  .reason = std::to_string(o.code),
                                  .evidence = "recipient " + std::to_string(o.seq) +
                                              " of campaign " + std::to_string(o.campaign),
                                  .at_ms = o.at_ms});
}

void sender_state::watch_answer(const core::outcome& o, const core::disposition& verdict,
                                std::string_view text) {
  if (o.kind == core::outcome_class::accepted) { // nearly always, when nothing is counted
    if (!foreign_.empty())
      foreign_.erase(o.number);
    if (!refusals_.empty())
      refusals_.erase(o.campaign);
    return;
  }
  if (foreign_[o.number].answered(o.kind, o.code))
    self_->send(supervisor_,
                fault{.scope = core::scope_action::pause_number,
                      .number = o.number,
                      .campaign = o.campaign,
                      .code = 0,
                      .wait = foreign_answer_wait,
                      .text = "something answers in Meta's place: " + std::string{text}});
  if (verdict.event == core::event_kind::failed && refusals_[o.campaign].refused(o.code))
    self_->send(supervisor_, fault{.scope = core::scope_action::stop_campaign,
                                   .number = o.number,
                                   .campaign = o.campaign,
                                   .code = o.code,
                                   .wait = {},
                                   .text = std::string{text}});
}

void sender_state::signal(const core::outcome& o, const core::disposition& verdict,
                          std::string_view text) {
  if (verdict.scope == core::scope_action::none || verdict.scope == core::scope_action::slow_number)
    return; // the second counts for the number's rate, as every answer does
  self_->send(supervisor_, fault{.scope = verdict.scope,
                                 .number = o.number,
                                 .campaign = o.campaign,
                                 .code = o.code,
                                 .wait = verdict.scope_wait,
                                 .text = std::string{text},
                                 .lang = o.lang});
}

void sender_state::stop_counting(core::claim_id claim) {
  const auto found = claims_.find(claim);
  if (found == claims_.end())
    return;
  ended_.claim_ended(found->second.campaign);
  claims_.erase(found);
}

void sender_state::count(core::claim_id claim, std::int32_t ended, ports::ledger_write& write) {
  const auto found = claims_.find(claim);
  if (found == claims_.end())
    return;
  found->second.left -= ended;
  if (found->second.left > 0)
    return;
  write.claims_done.push_back(claim);
  stop_counting(claim);
}

void sender_state::on_outcomes(const outcomes_ptr& batch) {
  for (const auto& slice : batch->departures)
    if (carries(slice.number))
      pass_on(slice);
  if (batch->outcomes.empty())
    return;
  auto write = std::make_shared<ports::ledger_write>();
  for (const auto& o : batch->outcomes) {
    if (!carries(o.number))
      continue;
    settle(*batch, o, *write);
    ended_.ended(o.number, o.campaign, 1);
    count(o.claim, 1, *write);
  }
  self_->send(recorder_, atom::write_v, std::move(write));
  schedule_flush();
}

void sender_state::on_requeue(const core::slice& slice) {
  const auto& chunk = slice.chunk;
  if (context_->running.epoch(chunk->number) != chunk->epoch) {
    // Recovery under the next epoch hands these out again; a retry beside it would send them twice.
    // So the claim stays open for it, whatever becomes of the others.
    stop_counting(chunk->claim);
    pass_counts_on();
    return;
  }
  auto write = std::make_shared<ports::ledger_write>();
  const auto now_ms = context_->now_ms();
  for (auto i = slice.begin; i < slice.end; ++i) {
    const auto& item = chunk->items[i];
    if (chunk->retries)
      write->retries_done.push_back({chunk->campaign, item.seq, item.attempt, chunk->claim, false});
    if (!cancelled_.contains(chunk->campaign))
      requeue({.campaign = chunk->campaign,
               .seq = item.seq,
               .attempt = item.attempt,
               .retries = item.retries,
               .due_ms = now_ms,
               .number = {},
               .claim = chunk->claim},
              chunk->number, *write);
  }
  // While other recipients of the claim are on their way it stays open, and recovery would hand out
  // everybody above its mark again; under the mark it leaves out who is queued.
  if (!chunk->retries && !write->retries.empty())
    write->marks.push_back({.claim = chunk->claim,
                            .number = chunk->number,
                            .epoch = chunk->epoch,
                            .mark = chunk->mark_before(slice.end)});
  count(chunk->claim, static_cast<std::int32_t>(slice.end - slice.begin), *write);
  self_->send(recorder_, atom::write_v, std::move(write));
  pass_counts_on();
}

void sender_state::schedule_flush() {
  if (!std::exchange(flush_scheduled_, true))
    self_->delayed_send(self_, count_interval, atom::flush_v);
}

void sender_state::on_flush() {
  flush_scheduled_ = false;
  pass_counts_on();
}

void sender_state::pass_counts_on() {
  if (!ended_.pass_on(self_, context_->running))
    schedule_flush();
}

caf::delegated<atom::done> sender_state::on_catch_up() {
  return self_->delegate(recorder_, atom::commit_v, std::make_shared<ports::ledger_write>());
}

sender_actor::behavior_type sender(sender_actor::stateful_pointer<sender_state> self,
                                   context_ptr context, recorder_actor recorder,
                                   supervisor_actor supervisor, std::size_t place,
                                   std::size_t pool_size) {
  self->state.start(std::move(context), std::move(recorder), std::move(supervisor), place,
                    pool_size);
  return {
      [self](atom::submit, const std::vector<core::slice>& slices) {
        self->state.request_marks(slices);
      },
      [self](atom::hold, core::number_no number, bool held) { self->state.on_hold(number, held); },
      [self](atom::stop) {
        self->state.on_stop(owe(self));
        return later();
      },
      [self](atom::finished, const outcomes_ptr& batch) { self->state.on_outcomes(batch); },
      [self](const claim_opened& claim) { self->state.on_opened(claim); },
      [self](const campaign_policy& of) { self->state.on_policy(of); },
      [self](atom::requeue, const core::slice& slice) { self->state.on_requeue(slice); },
      [self](atom::discard, core::campaign_no campaign) { self->state.on_discard(campaign); },
      [self](atom::forget, core::campaign_no campaign) { self->state.on_forget(campaign); },
      [self](atom::catch_up) { return self->state.on_catch_up(); },
      [self](atom::flush) { self->state.on_flush(); },
  };
}

} // namespace stentor::actors
