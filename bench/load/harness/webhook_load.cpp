#include "bench/load/harness/webhook_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

namespace stentor::load {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr auto answer_patience = std::chrono::seconds{60};

/// Between two looks for answers. Waking this process for every answer would be charged to the
/// daemon that sends it.
constexpr auto rest = std::chrono::microseconds{200};

/// The status of a whole answer at the begin of `text`, 0 while something is missing. `size`: its
/// length.
int whole_answer(std::string_view text, std::size_t& size) {
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos || text.size() < 12)
    return 0;
  std::size_t length = 0;
  for (auto at = text.find("\r\n"); at < end; at = text.find("\r\n", at + 2)) {
    constexpr std::string_view name = "content-length:";
    auto line = text.substr(at + 2, end - at - 2);
    if (line.size() < name.size() || ::strncasecmp(line.data(), name.data(), name.size()) != 0)
      continue;
    line.remove_prefix(name.size());
    while (line.starts_with(' '))
      line.remove_prefix(1);
    std::from_chars(line.data(), line.data() + line.size(), length);
  }
  size = end + 4 + length;
  if (text.size() < size)
    return 0;
  int status = 0;
  std::from_chars(text.data() + 9, text.data() + 12, status);
  return status == 0 ? 500 : status;
}

class webhook_load {
public:
  webhook_load(const webhook_supply& supply, const webhook_load_settings& settings)
      : supply_{supply}, settings_{settings} {
    figures_.acknowledged.resize(settings.count);
  }
  ~webhook_load() {
    for (const auto& c : connections_)
      if (c.socket >= 0)
        ::close(c.socket);
    if (poll_ >= 0)
      ::close(poll_);
  }
  webhook_load(const webhook_load&) = delete;
  webhook_load& operator=(const webhook_load&) = delete;

  core::result<webhook_load_metrics> run(const std::function<bool(std::uint64_t)>& progress) {
    poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    connections_.resize(settings_.connections);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      if (!open(i))
        return core::error{core::errc::unavailable,
                           std::string{"can't connect to the daemon: "} + std::strerror(errno)};
      free_.push_back(i);
    }
    begin_ = last_answer_ = steady::now();
    auto shown = begin_;
    while (answered_ < settings_.count) {
      const auto now = steady::now();
      if (now - shown > std::chrono::milliseconds{500}) {
        shown = now;
        if (!progress(answered_))
          return core::error{core::errc::unavailable, "interrupted"};
      }
      if (now - last_answer_ > answer_patience && busy() > 0)
        return core::error{core::errc::unavailable, "the daemon has not answered for a minute"};
      post_what_is_due(now);
      wait_for_answers();
      std::this_thread::sleep_for(rest);
    }
    figures_.seconds = std::chrono::duration<double>(last_answer_ - begin_).count();
    return std::move(figures_);
  }

private:
  struct connection {
    int socket = -1;
    std::size_t post = 0; ///< of the load
    std::size_t sent = 0; ///< bytes of its request
    bool waiting = false; ///< for an answer
    steady::time_point due;
    std::string in;
  };

  [[nodiscard]] std::size_t busy() const { return connections_.size() - free_.size(); }

  bool open(std::size_t index) {
    auto& c = connections_[index];
    if (c.socket >= 0)
      ::close(c.socket);
    c = connection{};
    c.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(settings_.port));
    if (c.socket < 0 || ::connect(c.socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      return false;
    const int on = 1;
    ::setsockopt(c.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    return ::epoll_ctl(poll_, EPOLL_CTL_ADD, c.socket, &event) == 0;
  }

  [[nodiscard]] steady::time_point due_of(std::size_t post) const {
    if (settings_.posts_per_s <= 0)
      return begin_;
    const double us = 1e6 * static_cast<double>(post) / settings_.posts_per_s;
    return begin_ + microseconds{static_cast<std::int64_t>(us)};
  }

  void post_what_is_due(steady::time_point now) {
    while (next_ < settings_.count && !free_.empty()) {
      const auto due = settings_.posts_per_s > 0 ? due_of(next_) : now;
      if (due > now)
        return;
      auto& c = connections_[free_.back()];
      c.post = next_++;
      c.sent = 0;
      c.waiting = true;
      c.due = due;
      const auto index = free_.back();
      free_.pop_back();
      write(index);
    }
  }

  void write(std::size_t index) {
    auto& c = connections_[index];
    const auto text = supply_.request(supply_.posts()[settings_.first + c.post]);
    const auto size =
        ::send(c.socket, text.data() + c.sent, text.size() - c.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN && errno != EINTR)
      return broken(index);
    c.sent += size > 0 ? static_cast<std::size_t>(size) : 0;
    epoll_event event{};
    event.data.u64 = index;
    event.events = c.sent < text.size() ? EPOLLIN | EPOLLOUT : EPOLLIN;
    const bool more = c.sent < text.size();
    if (more || size < 0 || c.sent != static_cast<std::size_t>(size))
      ::epoll_ctl(poll_, EPOLL_CTL_MOD, c.socket, &event);
  }

  void wait_for_answers() {
    std::array<epoll_event, 256> events{};
    timespec pause{0, 200'000'000};
    if (next_ < settings_.count && !free_.empty()) {
      const auto until = due_of(next_) - steady::now();
      const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until).count();
      pause.tv_nsec = std::clamp<std::int64_t>(left, 0, pause.tv_nsec);
    }
    const int count = ::epoll_pwait2(poll_, events.data(), events.size(), &pause, nullptr);
    for (int i = 0; i < count; ++i) {
      const auto& event = events.at(static_cast<std::size_t>(i));
      if ((event.events & EPOLLOUT) != 0)
        write(event.data.u64);
      if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        read(event.data.u64);
    }
  }

  void read(std::size_t index) {
    auto& c = connections_[index];
    std::array<char, 4096> piece; // NOLINT: filled by recv
    const auto size = ::recv(c.socket, piece.data(), piece.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    if (size <= 0)
      return broken(index);
    c.in.append(piece.data(), static_cast<std::size_t>(size));
    std::size_t length = 0;
    const int status = whole_answer(c.in, length);
    if (status == 0)
      return;
    c.in.erase(0, length);
    finish(index, status == 200);
  }

  void finish(std::size_t index, bool good) {
    auto& c = connections_[index];
    if (!c.waiting)
      return;
    c.waiting = false;
    last_answer_ = steady::now();
    if (good) {
      const auto us = std::chrono::duration_cast<microseconds>(last_answer_ - c.due).count();
      figures_.latency.add(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
      figures_.acknowledged[c.post] = true;
    } else {
      ++figures_.refused;
    }
    const auto slot =
        static_cast<std::size_t>((last_answer_ - begin_) / std::chrono::milliseconds{100});
    if (figures_.answers_per_100_ms.size() <= slot)
      figures_.answers_per_100_ms.resize(slot + 1);
    ++figures_.answers_per_100_ms[slot];
    ++answered_;
    free_.push_back(index);
  }

  /// The daemon closed: what was not answered counts as refused, and a new connection follows.
  void broken(std::size_t index) {
    finish(index, false);
    if (!open(index))
      std::erase(free_, index);
  }

  const webhook_supply& supply_;
  const webhook_load_settings& settings_;
  webhook_load_metrics figures_;
  std::vector<connection> connections_;
  std::vector<std::size_t> free_;
  std::size_t next_ = 0, answered_ = 0;
  steady::time_point begin_, last_answer_;
  int poll_ = -1;
};

} // namespace

core::result<webhook_load_metrics>
post_webhooks(const webhook_supply& supply, const webhook_load_settings& settings,
              const std::function<bool(std::uint64_t)>& progress) {
  return webhook_load{supply, settings}.run(progress);
}

} // namespace stentor::load
