#include "actors/campaign/campaign.hpp"

#include "actors/delivery/claimed.hpp"
#include "actors/runtime/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>

namespace stentor::actors {

namespace {

/// Claim at most what the numbers can send before the next round.
constexpr std::chrono::milliseconds retry_round{500};

constexpr auto unsendable = static_cast<std::int16_t>(core::event_kind::unsendable);

bool has_unsendable(const core::event_batch& events) {
  return std::find(events.kind.begin(), events.kind.end(), unsendable) != events.kind.end();
}

} // namespace

void campaign_state::start(context_ptr context, campaign_partners partners) {
  context_ = std::move(context);
  partners_ = std::move(partners);
}

void campaign_state::on_run(const campaign_ptr& campaign) {
  campaign_ = *campaign;
  auto compiled = context_->renderer.compile(campaign_);
  if (!compiled) {
    fail(core::make_sentence("template_unusable", "The template cannot be used: {problem}",
                             {{"problem", compiled.error().message}}));
    return;
  }
  message_ = std::move(*compiled);
  // A finished campaign runs again for its late retries only.
  state_.list_exhausted(campaign_.status == core::campaign_status::completed);
  auto policy = context_->settings.retry;
  policy.retries_max = campaign_.retries_max;
  policy.enabled = campaign_.retry_failed;
  policy.recover_by(campaign_.recovery);
  policy.media_are_ours = message_->names_media();
  for (const auto& sender : partners_.senders.all())
    self_->send(sender, campaign_policy{.campaign = campaign_.no, .policy = policy});
  self_->send(partners_.webhook, campaign_policy{.campaign = campaign_.no, .policy = policy});
  others_ = context_->counters.other_nodes;
  state_.window_moved(true); // until the plan is there
  ask_for_plan();
  watch_expiry();
  self_->delayed_send(self_, tick_interval, atom::tick_v);
}

void campaign_state::on_number(core::number_no number, core::lease_epoch epoch) {
  if (std::find(campaign_.numbers.begin(), campaign_.numbers.end(), number) ==
      campaign_.numbers.end())
    return;
  if (epoch == 0) {
    numbers_.erase(number);
    std::erase_if(demands_, [&](const demand& d) { return d.number == number; });
  } else {
    numbers_[number] = epoch;
    // Recovery, which comes before a number's new epoch, may have freed a part of the list.
    if (campaign_.status != core::campaign_status::completed)
      state_.list_exhausted(false);
    dry_ = false;
  }
  look_at_plan(); // what the numbers send together may bind
  if (others_ > 0)
    use_own_rate();
}

void campaign_state::on_demand(const demand& d) {
  std::erase_if(demands_, [&](const demand& old) { return old.number == d.number; });
  demands_.push_back(d);
  claim();
}

/// All demands that came while the last claim was under way share the next one.
void campaign_state::claim() {
  if (demands_.empty() || !state_.may_claim() || context_->counters.disk_full)
    return;
  if (state_.is_exhausted() || dry_) {
    for (const auto& d : demands_)
      if (auto limiter = context_->running.limiter(d.number))
        self_->send(limiter, atom::none_v, campaign_.no);
    demands_.clear();
    return;
  }
  if (step_.people_free && *step_.people_free == 0)
    return; // whose turn it is would be cut off; the plan says when to look again
  // Whoever waits for media asks again when they are there (watch_media).
  std::erase_if(demands_, [&](const demand& d) { return !message_->ready_for(d.number); });
  if (demands_.empty())
    return;
  auto scope = open_parts();
  if (!scope)
    return; // a moment before all of them may close
  std::vector<ports::claim_order> orders;
  for (const auto& d : demands_)
    orders.push_back({.number = d.number, .epoch = d.epoch, .count = d.count});
  demands_.clear();
  state_.claim_asked();
  when_answered<claim_answer>(
      self_->request(partners_.claims, caf::infinite, atom::claim_v, campaign_.no, orders,
                     std::move(*scope), partners_.senders.all()),
      [this, orders, under = context_->stops.reading()](const core::result<claim_answer>& answer) {
        on_claimed(answer, orders, under);
      });
}

void campaign_state::on_claimed(const core::result<claim_answer>& result,
                                const std::vector<ports::claim_order>& orders,
                                const reading& under) {
  state_.claim_answered();
  if (!result) {
    spdlog::warn("Campaign {} could not claim recipients and tries again: {}", campaign_.id,
                 result.error().message);
    ask_again(orders);
    return; // the next tick tries again
  }
  std::set<core::number_no> answered;
  for (const auto number : result->recipients->numbers())
    answered.insert(number);
  if (!dispatch_all(*result->recipients, under))
    return;
  const auto served = !answered.empty();
  for (const auto& order : orders)
    if (std::find(result->fenced.begin(), result->fenced.end(), order.number) !=
        result->fenced.end()) {
      answered.insert(order.number);
      self_->send(partners_.supervisor, atom::lease_lost_v, order.number, order.epoch);
    }
  state_.list_exhausted(result->exhausted);
  dry_ = result->dry;
  plan_.left(result->left);
  if (result->limit_reached)
    ask_for_plan(); // which says when others stop counting
  auto rest = orders;
  std::erase_if(rest, [&](const auto& order) { return answered.contains(order.number); });
  ask_again(rest);
  check_delay_ = check_delay_first;
  // An answer without recipients means that the database forbids it (somebody else paused or ended
  // the campaign): asking at once would only spin.
  if (served || state_.is_exhausted() || dry_)
    claim();
}

void campaign_state::ask_again(const std::vector<ports::claim_order>& orders) {
  for (const auto& order : orders)
    if (numbers_.contains(order.number) &&
        std::none_of(demands_.begin(), demands_.end(),
                     [&](const demand& d) { return d.number == order.number; }))
      demands_.push_back({.number = order.number, .epoch = order.epoch, .count = order.count});
}

/// Who cannot be rendered or said stop has an event; a retry of such a one is done.
void campaign_state::record_unsendable(const core::claimed_chunk& claimed, const core::chunk& chunk,
                                       write_ptr write) {
  if (claimed.retries) {
    std::size_t next = 0;
    for (const auto& row : claimed.rows) {
      if (next < chunk.items.size() && chunk.items[next].seq == row.seq)
        ++next;
      else
        write->retries_done.push_back({.campaign = claimed.campaign,
                                       .seq = row.seq,
                                       .attempt = row.attempt,
                                       .claim = claimed.claim});
    }
  }
  if (chunk.items.empty()) {
    write->claims_done.push_back(claimed.claim);
    --claims_open_;
  }
  if (!write->empty())
    self_->send(partners_.recorder, atom::write_v, std::move(write));
}

/// Renders chunk by chunk. Until one message comes out, those who could not be rendered are kept
/// back unspent. False: none of the run's first messages could be rendered, and it is paused; whom
/// it claimed goes back.
bool campaign_state::dispatch_all(claimed_recipients& recipients, const reading& under) {
  while (const auto claimed = recipients.next()) {
    if (!message_->ready_for(claimed->number)) { // since it was claimed
      ++claims_open_;
      recipients.requeue_unsent(*claimed);
      continue;
    }
    auto chunk = std::make_shared<core::chunk>();
    chunk->read_under = under;
    chunk->marketing = plan_.terms().for_marketing;
    chunk->leaves_before = closes_at(*claimed);
    if (plan_.goes_by_the_clock())
      chunk->leaves_from = looked_at_;
    auto write = std::make_shared<ports::ledger_write>();
    message_->render(*claimed, context_->now_ms(), *chunk, write->events);
    if (const auto reason = nothing_renders(*chunk, write->events)) {
      recipients.requeue_unsent(*claimed);
      fail(*reason);
      return false;
    }
    ++claims_open_;
    if (!guard_.settled() && has_unsendable(write->events)) {
      ask_for_more(*claimed);
      kept_back_.push_back({*claimed, std::move(write)});
      kept_since_ = self_->clock().now();
      continue;
    }
    if (guard_.settled())
      spend_kept_back();
    dispatch(*claimed, std::move(chunk), std::move(write));
  }
  return true;
}

/// It is decided that they failed one by one. Whose number has a new epoch since is handed out
/// again by its recovery.
void campaign_state::spend_kept_back() {
  for (auto& [claimed, write] : std::exchange(kept_back_, {}))
    if (context_->running.epoch(claimed.number) == claimed.epoch)
      record_unsendable(claimed, {}, std::move(write));
    else
      --claims_open_;
}

void campaign_state::return_kept_back() {
  for (const auto& kept : std::exchange(kept_back_, {}))
    requeue_unsent(partners_.senders, kept.claimed);
}

/// A claim of which nobody is sent leaves its number's demand open.
void campaign_state::ask_for_more(const core::claimed_chunk& claimed) {
  if (!claimed.retries)
    demands_.push_back({.number = claimed.number,
                        .epoch = claimed.epoch,
                        .count = static_cast<std::int32_t>(claimed.rows.size() + 1)});
}

std::optional<core::sentence> campaign_state::nothing_renders(const core::chunk& rendered,
                                                              const core::event_batch& events) {
  if (guard_.settled())
    return std::nullopt;
  const auto first = std::find(events.kind.begin(), events.kind.end(), unsendable);
  const auto reason = first == events.kind.end()
                          ? std::string_view{}
                          : events.text_of(static_cast<std::size_t>(first - events.kind.begin()));
  return guard_.note(static_cast<std::int64_t>(rendered.items.size()),
                     std::count(first, events.kind.end(), unsendable), reason);
}

/// Hands a rendered chunk to its number. Who cannot be rendered or said stop is recorded and costs
/// the others nothing.
void campaign_state::dispatch(const core::claimed_chunk& claimed,
                              std::shared_ptr<core::chunk> chunk, write_ptr write) {
  record_unsendable(claimed, *chunk, std::move(write));
  if (chunk->items.empty())
    return ask_for_more(claimed);
  chunk->flight =
      context_->flights.open(claimed.claim, std::int64_t{claimed.to_seq} - claimed.from_seq + 1);
  self_->send(partners_.senders.of(claimed.number),
              claim_opened{.claim = claimed.claim,
                           .campaign = campaign_.no,
                           .count = static_cast<std::int32_t>(chunk->items.size())});
  auto limiter = context_->running.limiter(claimed.number);
  if (limiter && context_->running.epoch(claimed.number) == claimed.epoch)
    self_->send(limiter, atom::chunk_v, chunk_ptr{std::move(chunk)});
  else
    self_->send(partners_.senders.of(claimed.number), atom::requeue_v,
                core::slice{chunk, 0, static_cast<std::uint32_t>(chunk->items.size())});
}

void campaign_state::on_claims_finished(std::int32_t claims) {
  claims_open_ = std::max<std::int64_t>(0, claims_open_ - claims);
  check_delay_ = check_delay_first;
  if (state_.is_exhausted() && claims_open_ == 0)
    next_check_ = self_->clock().now() + check_delay_first;
}

void campaign_state::on_retries() {
  if (!state_.may_retry() || numbers_.empty() || context_->counters.disk_full)
    return;
  const auto now = self_->clock().now();
  if (now - retries_claimed_at_ < retry_round)
    return; // the retry actor asks again
  retries_claimed_at_ = now;
  state_.retries_asked();
  const auto orders = std::make_shared<std::vector<ports::claim_order>>();
  const auto left = std::make_shared<std::size_t>(1);
  const auto answered = [this, orders, left] {
    if (--*left == 0)
      claim_retries(*orders);
  };
  for (const auto& [no, its_epoch] : numbers_)
    if (auto limiter = context_->running.limiter(no); limiter && message_->ready_for(no)) {
      ++*left;
      when_answered<std::int32_t>(
          self_->request(limiter, caf::infinite, atom::room_v, campaign_.no),
          [orders, answered, number = no,
           epoch = its_epoch](const core::result<std::int32_t>& room) {
            if (room && *room > 0)
              orders->push_back({.number = number, .epoch = epoch, .count = *room});
            answered();
          });
    }
  answered();
}

/// @param orders of the numbers that have room
void campaign_state::claim_retries(const std::vector<ports::claim_order>& orders) {
  auto scope = open_parts();
  if (orders.empty() || !scope)
    return state_.retries_answered();
  when_answered<claimed_ptr>(
      self_->request(partners_.claims, caf::infinite, atom::claim_retries_v, campaign_.no, orders,
                     std::move(*scope), partners_.senders.all()),
      [this, under = context_->stops.reading()](const core::result<claimed_ptr>& answer) {
        on_retries_claimed(answer, under);
      });
}

void campaign_state::on_retries_claimed(const core::result<claimed_ptr>& result,
                                        const reading& under) {
  state_.retries_answered();
  if (!result) {
    spdlog::warn("Campaign {} could not claim retries and tries again: {}", campaign_.id,
                 result.error().message);
    return;
  }
  if (!dispatch_all(**result, under))
    return;
  check_delay_ = check_delay_first;
}

campaign_actor::behavior_type campaign(campaign_actor::stateful_pointer<campaign_state> self,
                                       context_ptr context, campaign_partners partners) {
  self->state.start(std::move(context), std::move(partners));
  return {
      [self](atom::run, const campaign_ptr& campaign) { self->state.on_run(campaign); },
      [self](const demand& d) { self->state.on_demand(d); },
      [self](atom::claims_finished, std::int32_t claims) {
        self->state.on_claims_finished(claims);
      },
      [self](atom::retries) { self->state.on_retries(); },
      [self](atom::plan) { self->state.ask_for_plan(); },
      [self](atom::number, core::number_no number, core::lease_epoch epoch) {
        self->state.on_number(number, epoch);
      },
      [self](const campaign_order& order) { self->state.on_order(order); },
      [self](const order_ended& ended) { self->state.on_order_ended(ended); },
      [self](atom::tick) { self->state.on_tick(); },
  };
}

} // namespace stentor::actors
