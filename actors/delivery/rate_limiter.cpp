#include "actors/delivery/rate_limiter.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace stentor::actors {

namespace {

constexpr std::chrono::milliseconds tick_interval{250};
constexpr std::chrono::milliseconds retries_buffered{500};

} // namespace

void rate_limiter_state::start(context_ptr context, ports::number number, const ports::lease& lease,
                               sender_actor sender, supervisor_actor supervisor) {
  context_ = std::move(context);
  number_ = std::move(number);
  epoch_ = lease.epoch;
  sender_ = std::move(sender);
  supervisor_ = std::move(supervisor);
  rate_ = core::learned_rate{number_.per_second};
  if (lease.learned)
    rate_.begin_at(*lease.learned);
  marketing_share_ = lease.marketing_share;
  reported_ = number_.per_second;
  report_pace();
  use_rate();
  self_->send(sender_, atom::hold_v, number_.no, false);
  self_->delayed_send(self_, tick_interval, atom::tick_v);
}

void rate_limiter_state::on_attach(core::campaign_no campaign, const campaign_actor& actor,
                                   double own_rate, bool is_marketing) {
  auto& q = queues_[campaign];
  q.campaign = actor;
  q.own_rate = own_rate;
  q.is_marketing = is_marketing;
  if (is_barred(q))
    requeue_unsent(q);
  q.exhausted = false;
  q.held = false;
  if (paused_)
    return;
  pump();
}

void rate_limiter_state::on_detach(core::campaign_no campaign) {
  const auto found = queues_.find(campaign);
  if (found == queues_.end())
    return;
  requeue_unsent(found->second);
  queues_.erase(found);
  say_it_left();
}

void rate_limiter_state::on_hold(core::campaign_no campaign, bool held) {
  const auto found = queues_.find(campaign);
  if (found == queues_.end())
    return;
  found->second.held = held;
  if (held) {
    // A hold can last for hours. Who waits that long must be read again, with the stops and
    // receipts of then; and what is not kept here can't be in doubt after a crash.
    requeue_unsent(found->second);
    return;
  }
  pump();
}

void rate_limiter_state::on_chunk(const chunk_ptr& chunk) {
  const auto found = queues_.find(chunk->campaign);
  if (paused_ || found == queues_.end() || !may_send(found->second)) {
    if (found != queues_.end() && !chunk->retries)
      found->second.asked = false;
    self_->send(sender_, atom::requeue_v,
                core::slice{chunk, 0, static_cast<std::uint32_t>(chunk->items.size())});
    return;
  }
  auto& q = found->second;
  if (!chunk->retries)
    q.asked = false;
  q.buffered += chunk->items.size();
  q.chunks.push_back({chunk, 0, self_->clock().now()});
  pump();
}

void rate_limiter_state::on_none(core::campaign_no campaign) {
  const auto found = queues_.find(campaign);
  if (found == queues_.end())
    return;
  found->second.asked = false;
  found->second.exhausted = true;
}

/// Who may not send or has nothing to send takes none.
bool rate_limiter_state::takes_a_share(const campaign_queue& q) const {
  return may_send(q) && (!q.exhausted || !q.chunks.empty() || q.open > 0);
}

void rate_limiter_state::divide() {
  std::vector<campaign_queue*> active;
  std::vector<double> own_rates;
  for (auto& [campaign, q] : queues_)
    if (takes_a_share(q)) {
      active.push_back(&q);
      own_rates.push_back(limit_of(q));
    }
  const auto rates = core::divide(rate_.current(), own_rates);
  for (std::size_t i = 0; i < active.size(); ++i)
    active[i]->rate = rates[i];
}

std::size_t rate_limiter_state::slice_size(const campaign_queue& q) const {
  return core::slice_size(q.rate, core::mark_interval(context_->settings.progress_interval,
                                                      context_->counters.numbers_active));
}

/// Takes one slice off the queue's first chunk.
void rate_limiter_state::cut(campaign_queue& q, std::vector<core::slice>& slices) {
  auto& first = q.chunks.front();
  const auto& chunk = *first.chunk;
  const auto size = std::min<std::size_t>(slice_size(q), chunk.items.size() - first.next);
  const auto end = static_cast<std::uint32_t>(first.next + size);
  const core::slice slice{first.chunk, first.next, end};
  q.open += static_cast<std::int64_t>(size);
  q.ahead += static_cast<std::int64_t>(size);
  q.buffered -= size;
  slices.push_back(slice);
  first.next = end;
  if (end == chunk.items.size())
    q.chunks.pop_front();
}

/// Small slices would cost a mark each: it waits until a whole one fits, unless nothing is under
/// way that would wake us.
bool rate_limiter_state::has_room(campaign_queue& q, double latency_s) const {
  const auto size = static_cast<std::int64_t>(slice_size(q));
  q.window_full = q.open > 0 && q.open + size > core::window_of(q.rate, latency_s);
  return !q.window_full && (q.ahead == 0 || q.ahead + size <= q.lead.slices() * size);
}

void rate_limiter_state::pump() {
  if (paused_ || queues_.empty())
    return;
  std::vector<core::slice> slices;
  divide();
  const auto latency_s = context_->gateway.metrics().latency_p99_ms / 1'000.0;
  // Round robin over the campaigns, one slice each, starting after the one that was served last.
  auto idle = std::size_t{0};
  auto at = queues_.upper_bound(last_served_);
  while (idle < queues_.size()) {
    if (at == queues_.end())
      at = queues_.begin();
    auto& q = at->second;
    if (may_send(q) && !q.chunks.empty() && has_room(q, latency_s)) {
      cut(q, slices);
      last_served_ = at->first;
      idle = 0;
    } else {
      ++idle;
    }
    ++at;
  }
  if (!slices.empty())
    self_->send(sender_, atom::submit_v, std::move(slices));
  ask_for_more();
}

void rate_limiter_state::ask_for_more() {
  const auto seconds = std::chrono::duration<double>(context_->settings.chunk_duration).count();
  for (auto& [campaign, q] : queues_) {
    const auto wanted = std::max(1.0, q.rate * seconds);
    if (q.asked || q.exhausted || !may_send(q) || static_cast<double>(q.buffered) > wanted / 2)
      continue;
    q.asked = true;
    const auto count = std::clamp(static_cast<std::int32_t>(std::ceil(wanted)), 1,
                                  context_->settings.chunk_rows_max);
    self_->send(q.campaign, demand{.number = number_.no, .epoch = epoch_, .count = count});
  }
}

/// In a second, as soon as it has something to send.
double rate_limiter_state::share_of(const campaign_queue& asking) const {
  std::vector<double> own_rates{limit_of(asking)};
  for (const auto& [campaign, q] : queues_)
    if (&q != &asking && takes_a_share(q))
      own_rates.push_back(limit_of(q));
  return core::divide(rate_.current(), own_rates).front();
}

/// What is claimed and can't be sent would be in doubt after a crash, and is in memory: no more
/// than half a second of sending waits here, at the campaign's share of the rate at which the
/// number sends now.
std::int32_t rate_limiter_state::room_for(core::campaign_no campaign) const {
  const auto found = queues_.find(campaign);
  if (paused_ || found == queues_.end() || !may_send(found->second))
    return 0;
  const auto& q = found->second;
  const auto rate = share_of(q);
  const auto wanted = static_cast<std::int64_t>(
      std::ceil(rate * std::chrono::duration<double>(retries_buffered).count()));
  return static_cast<std::int32_t>(
      std::max<std::int64_t>(0, wanted - static_cast<std::int64_t>(q.buffered)));
}

void rate_limiter_state::on_finished(core::campaign_no campaign, std::int32_t count) {
  const auto found = queues_.find(campaign);
  if (found == queues_.end())
    return;
  auto& q = found->second;
  q.open = std::max<std::int64_t>(0, q.open - count);
  q.ahead = std::min(q.ahead, q.open);
  say_it_left();
  if (q.window_full || q.open == 0)
    pump();
}

void rate_limiter_state::on_departed(const core::departed_slice& slice) {
  const auto found = queues_.find(slice.campaign);
  if (found == queues_.end())
    return;
  auto& q = found->second;
  q.ahead = std::max<std::int64_t>(0, q.ahead - slice.count);
  q.lead.slice_left(slice.last && (q.ahead > 0 || !q.chunks.empty()));
  pump();
}

void rate_limiter_state::requeue_unsent(campaign_queue& q) {
  for (auto& p : q.chunks)
    self_->send(sender_, atom::requeue_v,
                core::slice{p.chunk, p.next, static_cast<std::uint32_t>(p.chunk->items.size())});
  q.chunks.clear();
  q.buffered = 0;
  q.asked = false;
}

/// Receipts may have made them needless since they were read.
void rate_limiter_state::requeue_old_retries(campaign_queue& q) {
  const auto since = self_->clock().now() - context_->settings.retry_patience;
  std::erase_if(q.chunks, [&](const pending_chunk& p) {
    if (!p.chunk->retries || p.since >= since)
      return false;
    const auto end = static_cast<std::uint32_t>(p.chunk->items.size());
    self_->send(sender_, atom::requeue_v, core::slice{p.chunk, p.next, end});
    q.buffered -= end - p.next;
    return true;
  });
}

void rate_limiter_state::on_pause(std::int64_t seconds) {
  paused_ = true;
  paused_until_ =
      seconds > 0 ? self_->clock().now() + std::chrono::seconds{seconds} : core::steady_time::max();
  for (auto& [campaign, q] : queues_)
    requeue_unsent(q);
  context_->gateway.hold_number(number_.no, true);
  self_->send<caf::message_priority::high>(sender_, atom::hold_v, number_.no, true);
}

void rate_limiter_state::on_stop() {
  stopped_ = true;
  on_pause(0);
}

void rate_limiter_state::on_leave(owed_ptr left) {
  on_stop();
  left_ = std::move(left);
  say_it_left();
}

void rate_limiter_state::say_it_left() {
  const auto under_way = std::any_of(queues_.begin(), queues_.end(),
                                     [](const auto& each) { return each.second.open > 0; });
  if (left_ && !under_way)
    std::exchange(left_, nullptr)->give(core::ok{});
}

void rate_limiter_state::on_release() {
  if (!paused_ || stopped_)
    return;
  paused_ = false;
  context_->gateway.hold_number(number_.no, false);
  self_->send(sender_, atom::hold_v, number_.no, false);
  pump();
}

void rate_limiter_state::on_tick() {
  self_->delayed_send(self_, tick_interval, atom::tick_v);
  const auto now = self_->clock().now();
  if (paused_ && now >= paused_until_)
    self_->send(supervisor_, atom::release_v, number_.no);
  adapt();
  for (auto& [campaign, q] : queues_)
    requeue_old_retries(q);
  pump();
}

rate_limiter_actor::behavior_type
rate_limiter(rate_limiter_actor::stateful_pointer<rate_limiter_state> self, context_ptr context,
             ports::number number, const ports::lease& lease, sender_actor sender,
             supervisor_actor supervisor) {
  self->state.start(std::move(context), std::move(number), lease, std::move(sender),
                    std::move(supervisor));
  return {
      [self](atom::attach, core::campaign_no campaign, const campaign_actor& actor, double own_rate,
             bool is_marketing) { self->state.on_attach(campaign, actor, own_rate, is_marketing); },
      [self](atom::detach, core::campaign_no campaign) { self->state.on_detach(campaign); },
      [self](atom::hold, core::campaign_no campaign, bool held) {
        self->state.on_hold(campaign, held);
      },
      [self](atom::chunk, const chunk_ptr& chunk) { self->state.on_chunk(chunk); },
      [self](atom::none, core::campaign_no campaign) { self->state.on_none(campaign); },
      [self](atom::finished, core::campaign_no campaign, std::int32_t count) {
        self->state.on_finished(campaign, count);
      },
      [self](const core::departed_slice& slice) { self->state.on_departed(slice); },
      [self](const answer_counts& answers) { self->state.on_answered(answers); },
      [self](atom::pause, std::int64_t seconds) { self->state.on_pause(seconds); },
      [self](atom::release) { self->state.on_release(); },
      [self](atom::rate_changed, double per_second) { self->state.on_rate_changed(per_second); },
      [self](atom::quality, double share) { self->state.on_quality(share); },
      [self](atom::room, core::campaign_no campaign) { return self->state.room_for(campaign); },
      [self](atom::stop) {
        self->state.on_stop();
        return atom::done_v;
      },
      [self](atom::leave) {
        self->state.on_leave(owe(self));
        return later();
      },
      [self](atom::tick) { self->state.on_tick(); },
  };
}

} // namespace stentor::actors
