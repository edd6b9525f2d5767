#include "adapters/http2/ready_queue.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace stentor::http2 {

namespace {

constexpr double window_min = 4;
constexpr double window_max = 100'000;
constexpr std::chrono::milliseconds look_again{1};

} // namespace

void marketing_limit::set(double per_second, double of_all, std::chrono::nanoseconds tolerance,
                          std::chrono::nanoseconds jitter, core::steady_time now) {
  const bool paced_before = per_second_ && *per_second_ > 0;
  per_second_ = per_second < of_all ? std::optional{per_second} : std::nullopt;
  if (!per_second_ || per_second <= 0)
    return;
  if (paced_before)
    pacer_.set_rate(per_second);
  else
    pacer_ = core::gcra{per_second, tolerance, jitter, now};
}

ready_queue::ready_queue(ports::sending_number settings_, std::shared_ptr<const request_head> head_,
                         core::gcra pacer_, core::pair_limiter pairs)
    : settings{std::move(settings_)}, head{std::move(head_)}, pacer{pacer_}, pairs_{std::move(
                                                                                 pairs)} {}

void ready_queue::replace(ports::sending_number settings_,
                          std::shared_ptr<const request_head> head_) {
  settings = std::move(settings_);
  head = std::move(head_);
  closed = false;
}

void ready_queue::add(core::slice s, campaign_state& campaign, core::steady_time now) {
  if (s.begin >= s.end)
    return;
  queued_ += s.end - s.begin;
  queue_of(campaign).slices.push_back({std::move(s.chunk), s.begin, s.end, now});
}

void ready_queue::add_again(ready_item item) {
  ++queued_;
  auto& queue = queue_of(*item.campaign);
  queue.again.push_back(std::move(item));
}

ready_queue::campaign_queue& ready_queue::queue_of(campaign_state& campaign) {
  for (auto& queue : queues_)
    if (queue.campaign == &campaign)
      return queue;
  queues_.emplace_back().campaign = &campaign;
  return queues_.back();
}

bool ready_queue::take_from(campaign_queue& queue, ready_item& item) {
  if (!queue.again.empty()) {
    item = std::move(queue.again.back());
    queue.again.pop_back();
  } else if (!queue.slices.empty()) {
    auto& front = queue.slices.front();
    item.index = front.next++;
    item.repeats = 0;
    item.campaign = queue.campaign;
    ++queue.departed;
    if (front.next == front.end) {
      item.chunk = std::move(front.chunk);
      queue.slices.pop_front();
      slice_left(queue);
    } else {
      item.chunk = front.chunk;
    }
  } else {
    return false;
  }
  --queued_;
  return true;
}

void ready_queue::slice_left(campaign_queue& queue) {
  queue.slice_left = true;
  news_ = true;
}

void ready_queue::wake_waiting(core::steady_time now) {
  while (!waiting_.empty() && waiting_.front().at <= now) {
    std::pop_heap(waiting_.begin(), waiting_.end());
    add_again(std::move(waiting_.back().item));
    waiting_.pop_back();
  }
}

std::optional<ready_item> ready_queue::next(core::steady_time now, core::wall_time wall,
                                            core::wall_time leaves_by,
                                            const ports::stop_list& stops, const give_back& back) {
  wake_waiting(now);
  ready_item item;
  std::size_t fruitless = 0;
  while (fruitless < queues_.size()) {
    turn_ = turn_ + 1 < queues_.size() ? turn_ + 1 : 0;
    auto& queue = queues_[turn_];
    auto& campaign = *queue.campaign;
    if (campaign.held || queue.empty()) {
      ++fruitless;
      continue;
    }
    const bool is_slowed = marketing.holds() && queue.is_marketing();
    if (campaign.limited && campaign.pacer.take(1, now) == 0) {
      ++fruitless;
      continue;
    }
    if (is_slowed && !marketing.take(now)) {
      if (campaign.limited)
        campaign.pacer.refund(1);
      ++fruitless;
      continue;
    }
    (void)take_from(queue, item);
    fruitless = 0;
    const auto& who = item.chunk->items[item.index];
    const auto person = who.person;
    if (stops.contains(settings.number, person) ||
        (who.also != 0 && stops.contains(settings.number, who.also))) {
      back(item, true);
    } else if (!item.chunk->may_leave(wall, leaves_by)) {
      back(item, false);
    } else {
      core::steady_time later;
      if (pairs_.take(person, now, later))
        return item;
      waiting_.push_back({later, std::move(item)});
      std::push_heap(waiting_.begin(), waiting_.end());
    }
    if (campaign.limited)
      campaign.pacer.refund(1);
    if (is_slowed)
      marketing.refund();
  }
  return std::nullopt;
}

template <class Fits>
void ready_queue::empty_those(Fits fits, const give_back& back) {
  ready_item item;
  for (auto& queue : queues_)
    while (fits(*queue.campaign) && take_from(queue, item))
      back(item, false);
  const auto kept = std::stable_partition(
      waiting_.begin(), waiting_.end(), [&](const waiting& w) { return !fits(*w.item.campaign); });
  for (auto w = kept; w != waiting_.end(); ++w)
    back(w->item, false);
  waiting_.erase(kept, waiting_.end());
  std::make_heap(waiting_.begin(), waiting_.end());
  prune();
}

void ready_queue::empty(const campaign_state* only, const give_back& back) {
  empty_those(
      [only](const campaign_state& campaign) { return only == nullptr || &campaign == only; },
      back);
}

void ready_queue::empty_held(const give_back& back) {
  empty_those([this](const campaign_state& campaign) { return held || campaign.held; }, back);
}

void ready_queue::empty_old_retries(core::steady_time since, const give_back& back) {
  for (auto& queue : queues_)
    std::erase_if(queue.slices, [&](const work& w) {
      if (!w.chunk->retries || w.since >= since)
        return false;
      for (auto i = w.next; i < w.end; ++i)
        back({w.chunk, i, 0, queue.campaign}, false);
      queued_ -= w.end - w.next;
      queue.departed += static_cast<std::int32_t>(w.end - w.next);
      slice_left(queue);
      return true;
    });
}

void ready_queue::prune() {
  std::erase_if(queues_,
                [](const campaign_queue& queue) { return queue.empty() && !queue.slice_left; });
  turn_ = 0;
}

std::size_t ready_queue::wanted(core::steady_time now) const noexcept {
  if (held || closed || now >= settings.lease_until || !(settings.per_second > 0))
    return 0;
  const auto window = settings.in_flight_max > 0 ? settings.in_flight_max : window_;
  if (in_flight >= window)
    return 0;
  const auto due = waiting_.empty() || waiting_.front().at > now ? 0 : waiting_.size();
  return std::min<std::size_t>(queued_ + due, window - in_flight);
}

core::steady_time ready_queue::next_at(core::steady_time now) const noexcept {
  const auto window = settings.in_flight_max > 0 ? settings.in_flight_max : window_;
  if (held || closed || in_flight >= window || now >= settings.lease_until ||
      !(settings.per_second > 0))
    return core::steady_time::max(); // an answer or a command comes first
  const auto soonest = now + look_again;
  auto at = core::steady_time::max();
  for (const auto& queue : queues_) {
    if (queue.campaign->held || queue.empty())
      continue;
    auto allowed = pacer.next();
    if (queue.campaign->limited)
      allowed = std::max(allowed, queue.campaign->pacer.next());
    if (marketing.holds() && queue.is_marketing())
      allowed = std::max(allowed, marketing.next());
    at = std::min(at, std::max(allowed, soonest));
  }
  if (!waiting_.empty())
    at = std::min(at, std::max(waiting_.front().at, soonest));
  return at;
}

void ready_queue::set_window(double latency_p99_s) noexcept {
  const auto window = std::ceil(settings.per_second * latency_p99_s * 2);
  window_ = static_cast<std::uint32_t>(std::clamp(window, window_min, window_max));
}

} // namespace stentor::http2
