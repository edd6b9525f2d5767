/// The client's way out: connections are kept, permits are taken, requests are made.
#include "adapters/http2/client.hpp"

#include <algorithm>
#include <utility>

namespace stentor::http2 {

using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t failures_max = 16; // the exponent of the backoff
constexpr auto short_life = 1s;            // a GOAWAY earlier than this counts as a failure

} // namespace

void client::maintain_connections() {
  std::erase_if(connections_, [](const auto& c) { return c->state() == connection::phase::lost; });
  if (now_ - ticked_ >= tick_) {
    ticked_ = now_;
    for (auto& c : connections_)
      if (c->state() != connection::phase::lost)
        c->tick(now_);
  }
  if (draining_ || (queues_.empty() && management_.empty()) || now_ < connect_at_)
    return;
  auto usable = std::count_if(connections_.begin(), connections_.end(), [](const auto& c) {
    return c->state() == connection::phase::opening || c->state() == connection::phase::ready;
  });
  for (; usable < connections_wanted_; ++usable)
    connections_.push_back(std::make_unique<connection>(on_.connect, settings_, *this, now_));
}

void client::back_off() {
  // Full jitter: anything from nothing to the doubled limit, so that a thousand clients do not come
  // back together.
  const auto most = std::min<std::chrono::nanoseconds>(
      settings_.reconnect_max, settings_.reconnect_min * (std::int64_t{1} << failures_));
  failures_ = std::min(failures_ + 1, failures_max);
  std::uniform_int_distribution<std::int64_t> delay{0, most.count()};
  connect_at_ = std::max(connect_at_, now_ + std::chrono::nanoseconds{delay(random_)});
}

void client::report_connection_error(const std::string& text) {
  if (text.empty() || text == last_connection_error_)
    return;
  last_connection_error_ = text;
  if (settings_.on_trouble)
    settings_.on_trouble(text);
}

void client::on_connection_ready(connection&) {
  last_connection_error_.clear();
}

void client::on_connection_goaway(connection& c) {
  counters_.goaways.fetch_add(1, std::memory_order_relaxed);
  if (now_ - c.opened() < short_life)
    back_off();
}

void client::on_connection_lost(connection& c, const std::string& why) {
  if (why.empty() || (c.was_draining() && c.cut_streams() == 0))
    return; // as it should be
  counters_.reconnects.fetch_add(1, std::memory_order_relaxed);
  back_off();
  if (!c.was_ready() || c.cut_streams() > 0)
    report_connection_error(why);
}

connection* client::with_room() {
  // One connection is filled before the next is begun: a write is large, and so is the answer's
  // read.
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    auto& c = connections_[(first_connection_ + i) % connections_.size()];
    if (c->room() > 0)
      return c.get();
  }
  return nullptr;
}

void client::run_queues() {
  if (draining_ || queues_.empty() || !hears_others())
    return;
  std::size_t room = 0;
  bool opening = false;
  for (const auto& c : connections_) {
    room += c->room();
    opening = opening || c->state() == connection::phase::opening;
  }
  if (!connections_.empty())
    first_connection_ = (first_connection_ + 1) % connections_.size();
  first_queue_ = (first_queue_ + 1) % queues_.size();
  bool starved = false;
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    auto& l = *queues_[(first_queue_ + i) % queues_.size()];
    if (l.wanted(now_) == 0 || l.pacer.next() > now_)
      continue;
    if (room == 0) {
      starved = true;
      break;
    }
    room -= std::min(room, run_queue(l, room));
  }
  const auto ready = std::any_of(connections_.begin(), connections_.end(), [](const auto& c) {
    return c->state() == connection::phase::ready;
  });
  if (starved && ready && !opening && connections_wanted_ < settings_.connections_max)
    ++connections_wanted_;
}

std::size_t client::run_queue(ready_queue& l, std::size_t room) {
  const auto permits = l.pacer.take(std::min(l.wanted(now_), room), now_);
  const auto back = giving_back(l);
  std::size_t used = 0;
  while (used < permits) {
    auto item = l.next(now_, wall_, wall_ + settings_.write_time, stops_, back);
    if (!item)
      break;
    if (!make_request(l, std::move(*item)))
      break;
    ++used;
  }
  if (used < permits)
    l.pacer.refund(permits - used);
  return used;
}

bool client::make_request(ready_queue& l, ready_item item) {
  auto* const c = with_room();
  if (c == nullptr) {
    l.add_again(std::move(item));
    return false;
  }
  auto& s = take_stream();
  s.head = l.head;
  s.body = item.chunk->body(item.chunk->items[item.index]);
  s.answer_max = settings_.answer_bytes_max;
  s.chunk = std::move(item.chunk);
  s.item = item.index;
  s.repeats = item.repeats;
  s.campaign = item.campaign;
  s.owner = &l;
  s.submitted = now_;
  if (!c->submit(s, now_)) {
    l.add_again({std::move(s.chunk), s.item, s.repeats, s.campaign});
    free_stream(s);
    return false;
  }
  wheel_.insert(s, now_ + settings_.request_timeout);
  ++l.in_flight;
  ++in_flight_;
  counters_.submitted.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void client::manage(std::shared_ptr<management_job> job) {
  job->deadline = now_ + settings_.request_timeout;
  management_.push_back(std::move(job));
}

void client::run_management() {
  for (auto i = management_.size(); i > 0; --i) {
    auto job = std::move(management_.front());
    management_.pop_front();
    auto* const c = draining_ ? nullptr : with_room();
    if (draining_ || now_ >= job->deadline) {
      const auto reason = draining_ ? std::string{"The gateway is shutting down."}
                                    : "There was no connection in time. " + last_connection_error_;
      job->then({0, {}, reason});
      continue;
    }
    if (c == nullptr) {
      management_.push_back(std::move(job));
      continue;
    }
    auto& s = take_stream();
    const auto& request = job->request;
    s.head = std::make_shared<const request_head>(
        request.method, base_.scheme, authority_, base_.path + request.path, request.token,
        settings_.user_agent, !request.body.empty(),
        request_kind{request.content_type, request.token_type, request.field});
    s.body = request.body;
    s.answer_max = settings_.management_bytes_max;
    s.management = job;
    s.submitted = now_;
    if (!c->submit(s, now_)) {
      free_stream(s);
      management_.push_back(std::move(job));
      continue;
    }
    wheel_.insert(s, job->deadline);
    ++in_flight_;
  }
}

stream& client::take_stream() {
  if (free_streams_.empty()) {
    auto& made = streams_.emplace_back();
    made.answer.reserve(1024);
    return made;
  }
  auto& s = *free_streams_.back();
  free_streams_.pop_back();
  return s;
}

void client::free_stream(stream& s) {
  constexpr std::size_t answer_kept = 8 * 1024;
  wheel_.erase(s);
  if (s.answer.capacity() > answer_kept) {
    s.answer = {};
    s.answer.reserve(1024);
  }
  s.answer.clear();
  s.head.reset();
  s.chunk.reset();
  s.management.reset();
  s.body = {};
  s.body_sent = 0;
  s.status = s.retry_after_s = 0;
  s.header_bytes = 0;
  s.answer_overflow = s.ended = false;
  s.owner = nullptr;
  s.campaign = nullptr;
  s.on = nullptr;
  s.repeats = 0;
  free_streams_.push_back(&s);
}

} // namespace stentor::http2
