#include "adapters/http2/client.hpp"

#include <algorithm>
#include <utility>

namespace stentor::http2 {

using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t rotate_after_s = 5;

std::chrono::nanoseconds tick_for(const gateway_settings& s) {
  const auto shortest =
      std::min({s.ping_interval, s.ping_timeout, s.connect_timeout, s.request_timeout});
  return std::clamp<std::chrono::nanoseconds>(shortest / 4, 5ms, 250ms);
}

} // namespace

client::client(gateway_settings settings, core::url base, surroundings on,
               std::unique_ptr<ports::answer_reader> reader, const ports::stop_list& stops,
               ports::gateway_listener& listener)
    : settings_{std::move(settings)}, base_{std::move(base)}, authority_{base_.authority()},
      on_{std::move(on)}, reader_{std::move(reader)}, stops_{stops}, listener_{listener},
      now_{on_.clock()}, second_began_{now_}, connections_wanted_{settings_.connections_min},
      random_{on_.seed}, wheel_{now_}, tick_{tick_for(settings_)} {}

client::~client() = default;

void client::look_at_the_clock() {
  now_ = on_.clock();
}

void client::drop_connections() {
  connections_.clear();
}

void client::turn() {
  wall_ = settings_.wall_clock();
  wheel_.advance(now_, [this](stream& s) {
    counters_.timeouts.fetch_add(1, std::memory_order_relaxed);
    s.on->cancel(s);
  });
  if (now_ - second_began_ >= 1s)
    second_passed();
  maintain_connections();
  run_management();
  run_queues();
  const turn_clock clock{on_.clock, settings_.wall_clock, now_ + settings_.turn_max, on_.clock()};
  for (auto& c : connections_)
    if (c->state() != connection::phase::lost)
      c->flush(clock, permit_to_wire_);
  if (!drained_.empty() && (in_flight_ == 0 || now_ >= drain_until_))
    finish_drain();
  add_departures();
  deliver(false);
  publish_metrics();
}

void client::second_passed() {
  second_began_ = now_;
  if (const auto p99_ms = latency_.quantile_ms(0.99); p99_ms > 0)
    latency_p99_s_ = p99_ms / 1000;
  counters_.latency_p50_ms = latency_.quantile_ms(0.5);
  counters_.latency_p99_ms = latency_.quantile_ms(0.99);
  counters_.permit_to_wire_p99_ms = permit_to_wire_.quantile_ms(0.99);
  if (++seconds_ % rotate_after_s == 0) {
    latency_.rotate();
    permit_to_wire_.rotate();
  }
  for (auto* l : queues_) {
    l->empty_held(giving_back(*l)); // slices whose marks were on their way when it was held
    l->empty_old_retries(now_ - settings_.retry_patience, giving_back(*l));
    l->prune();
    l->set_window(latency_p99_s_);
  }
  std::erase_if(queues_, [this](ready_queue* l) {
    if (!l->closed || l->in_flight > 0 || l->queued() > 0)
      return false;
    queues_by_number_.erase(l->number());
    return true;
  });
}

core::steady_time client::next_turn() {
  auto at = core::steady_time::max();
  const bool room = std::any_of(connections_.begin(), connections_.end(),
                                [](const auto& c) { return c->room() > 0; });
  if (room && !draining_ && hears_others())
    for (const auto* l : queues_)
      at = std::min(at, l->next_at(now_));
  if (outcomes_ != nullptr)
    at = std::min(at, first_outcome_ + settings_.outcome_delay_max);
  if (!connections_.empty() || wheel_.size() > 0 || !drained_.empty() || !management_.empty())
    at = std::min(at, now_ + tick_);
  if (connect_at_ > now_)
    at = std::min(at, connect_at_);
  return at;
}

void client::publish_metrics() {
  std::uint64_t queued = 0;
  for (const auto* l : queues_)
    queued += l->queued();
  const auto ready = std::count_if(connections_.begin(), connections_.end(), [](const auto& c) {
    return c->state() == connection::phase::ready;
  });
  counters_.queued.store(queued, std::memory_order_relaxed);
  counters_.in_flight.store(in_flight_, std::memory_order_relaxed);
  counters_.connections.store(static_cast<std::uint32_t>(ready), std::memory_order_relaxed);
}

ports::gateway_metrics client::metrics() const {
  return {counters_.connections,
          counters_.in_flight,
          counters_.queued,
          counters_.submitted,
          counters_.reconnects,
          counters_.goaways,
          counters_.refused,
          counters_.timeouts,
          counters_.latency_p50_ms,
          counters_.latency_p99_ms,
          counters_.permit_to_wire_p99_ms,
          latency_.since_start(),
          permit_to_wire_.since_start()};
}

ready_queue* client::queue_of_number(core::number_no number) {
  const auto found = queues_by_number_.find(number);
  return found != queues_by_number_.end() ? found->second.get() : nullptr;
}

campaign_state& client::campaign_of(core::campaign_no number) {
  auto& state = campaigns_[number];
  if (state == nullptr) {
    state = std::make_unique<campaign_state>();
    state->number = number;
  }
  return *state;
}

void client::open_number(ports::sending_number wanted) {
  auto head = std::make_shared<const request_head>("POST", base_.scheme, authority_,
                                                   base_.path + wanted.path, wanted.token,
                                                   settings_.user_agent, true);
  const auto number = wanted.number;
  if (wanted.after_another)
    wanted.start +=
        core::gcra::rest(wanted.per_second, settings_.rate_tolerance, settings_.rate_jitter);
  const auto pacer =
      core::gcra{wanted.per_second, settings_.rate_tolerance, settings_.rate_jitter, wanted.start};
  auto* l = queue_of_number(number);
  if (l == nullptr) {
    auto made = std::make_unique<ready_queue>(
        std::move(wanted), std::move(head), pacer,
        core::pair_limiter{settings_.pair_interval, settings_.pair_burst});
    l = made.get();
    queues_by_number_.emplace(number, std::move(made));
    queues_.push_back(l);
  } else {
    // A new owner's first window begins then; whoever owned it before (a reload) keeps his last
    // one.
    if (wanted.start > std::max(now_, l->pacer.next()))
      l->pacer = pacer;
    else
      l->pacer.set_rate(wanted.per_second);
    if (wanted.lease_until == core::steady_time{})
      wanted.lease_until = l->settings.lease_until;
    if (wanted.epoch != l->settings.epoch)
      empty_closed(*l);
    l->replace(std::move(wanted), std::move(head));
  }
  l->set_window(latency_p99_s_);
}

void client::set_rate(core::number_no number, double per_second, double marketing_per_second) {
  if (auto* const l = queue_of_number(number)) {
    l->settings.per_second = per_second;
    l->pacer.set_rate(per_second);
    l->marketing.set(marketing_per_second, per_second, settings_.rate_tolerance,
                     settings_.rate_jitter, now_);
    l->set_window(latency_p99_s_);
  }
}

void client::renew(core::number_no number, core::steady_time lease_until) {
  if (auto* const l = queue_of_number(number))
    l->settings.lease_until = lease_until;
}

/// A request that is still on its way to the connection's buffer may leave at any moment.
void client::empty_closed(ready_queue& l) {
  l.empty(nullptr, giving_back(l));
  for (const auto& s : streams_)
    if (s.owner == &l)
      before_departure(s);
}

void client::close_number(core::number_no number, const std::function<void()>& closed) {
  if (auto* const l = queue_of_number(number)) {
    l->closed = true;
    empty_closed(*l);
  }
  if (closed)
    closed();
}

void client::hold_number(core::number_no number, bool held) {
  auto* const l = queue_of_number(number);
  if (l == nullptr)
    return;
  l->held = held;
  if (held)
    l->empty(nullptr, giving_back(*l));
}

void client::submit(core::slice s) {
  auto& campaign = campaign_of(s.chunk->campaign);
  campaign.revoked = false;
  auto* const l = queue_of_number(s.chunk->number);
  if (l != nullptr && !l->closed && !draining_ && s.chunk->epoch == l->settings.epoch)
    return l->add(std::move(s), campaign, now_);
  for (auto i = s.begin; i < s.end; ++i)
    report({s.chunk, i, 0, &campaign}, s.chunk->number, core::outcome_class::not_sent);
}

void client::set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute) {
  auto& state = campaign_of(campaign);
  const double per_second = per_minute / 60.0;
  if (per_minute > 0 && !state.limited)
    state.pacer = core::gcra{per_second, settings_.rate_tolerance, settings_.rate_jitter, now_};
  else if (per_minute > 0)
    state.pacer.set_rate(per_second);
  state.limited = per_minute > 0;
}

void client::hold_campaign(core::campaign_no campaign, bool held) {
  auto& state = campaign_of(campaign);
  state.held = held;
  if (held)
    for (auto* l : queues_)
      l->empty(&state, giving_back(*l));
}

void client::revoke_campaign(core::campaign_no campaign) {
  auto& state = campaign_of(campaign);
  state.revoked = true;
  for (auto* l : queues_)
    l->empty(&state, giving_back(*l));
}

void client::drain(std::chrono::milliseconds patience, std::function<void()> then) {
  draining_ = true;
  drain_until_ = std::min(drain_until_, now_ + patience);
  drained_.push_back(std::move(then));
  for (auto* l : queues_)
    l->empty(nullptr, giving_back(*l));
}

} // namespace stentor::http2
