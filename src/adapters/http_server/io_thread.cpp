/// The io thread's side of connection.hpp: its list, its clock, its queue.

#include "adapters/http_server/connection.hpp"
#include "adapters/http_server/exchange_impl.hpp"

#include <algorithm>
#include <ctime>
#include <thread>

namespace stentor::http_server {

using namespace std::chrono_literals;

namespace {

/// Under load every POST would wake the thread, and a wake-up costs more than a POST; whoever looks
/// only so often finds many at once. Far below what a commit takes, so nobody notices.
constexpr auto rest = 200us;

} // namespace

io_thread::io_thread(std::shared_ptr<shared_state> s) : state{std::move(s)} {
  const auto& t = state->settings;
  const auto shortest = std::min(
      {t.header_timeout, t.body_idle_timeout, t.body_timeout, t.write_timeout, t.idle_timeout});
  sweep_period_ = std::clamp<std::chrono::milliseconds>(shortest / 8, 5ms, 250ms);
}

void io_thread::run() {
  while (context.run_one() > 0) {
    context.poll();
    std::this_thread::sleep_for(rest);
  }
}

void io_thread::start_sweeping() {
  sweep_timer_.expires_after(sweep_period_);
  sweep_timer_.async_wait([this](const error_code& problem) {
    // A timer that went off before close() came is not cancelled by it any more.
    if (problem || !sweeping_)
      return;
    sweep();
    start_sweeping();
  });
}

void io_thread::sweep() {
  const auto now = clock::now();
  // Backwards, because an expired connection takes itself off the list by moving the last one to
  // its place.
  for (auto i = connections_.size(); i-- > 0;)
    if (i < connections_.size())
      connections_[i]->check_deadline(now);
}

bool io_thread::end_longest_idle() {
  connection* longest = nullptr;
  for (const auto& c : connections_)
    if (c->idle() && (longest == nullptr || c->deadline() < longest->deadline()))
      longest = c.get();
  if (longest != nullptr)
    longest->close();
  return longest != nullptr;
}

connection* io_thread::oldest_unverified() {
  connection* oldest = nullptr;
  for (const auto& c : connections_)
    if (c->has_part_of_unverified() &&
        (oldest == nullptr || c->body_deadline() < oldest->body_deadline()))
      oldest = c.get();
  return oldest;
}

void io_thread::add(connection& c) {
  c.place = connections_.size();
  c.listed = true;
  connections_.push_back(c.shared_from_this());
}

void io_thread::remove(connection& c) {
  if (!c.listed)
    return;
  c.listed = false;
  connections_.back()->place = c.place;
  std::swap(connections_[c.place], connections_.back());
  connections_.pop_back(); // close() holds the connection meanwhile
}

bool io_thread::post(connection_event l) {
  bool first = false;
  {
    const std::lock_guard lock{mutex_};
    if (closed_)
      return false;
    first = queue_.empty();
    queue_.push_back(std::move(l));
  }
  if (first)
    asio::post(context, [self = shared_from_this()] { self->deliver(); });
  return true;
}

void io_thread::deliver() {
  std::vector<connection_event> events;
  {
    const std::lock_guard lock{mutex_};
    events.swap(queue_);
  }
  for (auto& l : events)
    l.to->take(l);
}

void io_thread::drain() {
  for (auto i = connections_.size(); i-- > 0;)
    if (i < connections_.size())
      connections_[i]->drain();
}

void io_thread::close() {
  std::vector<connection_event> forgotten;
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    forgotten.swap(queue_);
  }
  sweeping_ = false;
  sweep_timer_.cancel();
  while (!connections_.empty())
    connections_.back()->close();
}

const std::string& io_thread::date() {
  const auto now = std::time(nullptr);
  if (now != date_second_) {
    date_second_ = now;
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[40];
    const auto size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    date_.assign(text, size);
  }
  return date_;
}

} // namespace stentor::http_server
