#pragma once
/// A bare epoll loop: sockets that call back, and a turn's end at which everything gathered is
/// written. Thread contract: everything on the thread that calls run(), except wake() and stop().

#include <atomic>
#include <cstdint>
#include <functional>

namespace stentor::load {

/// Somebody who wants to hear of a socket. Must live until it was forgotten.
class socket_listener {
public:
  virtual ~socket_listener() = default;
  virtual void ready(std::uint32_t events) = 0;
};

class event_loop {
public:
  event_loop();
  ~event_loop();
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;

  void watch(int socket, std::uint32_t events, socket_listener& listener);
  void change(int socket, std::uint32_t events, socket_listener& listener);
  void forget(int socket);

  /// Runs turns until stop(). @param turn called after the sockets of a turn, @return the ms until
  /// it wants the next turn at the latest
  void run(const std::function<int()>& turn);

  /// From any thread.
  void stop();
  void wake();

private:
  int epoll_;
  int wake_;
  std::atomic<bool> stopping_{false};
};

} // namespace stentor::load
