#include "bench/simulator/server/event_loop.hpp"

#include <array>
#include <csignal>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace stentor::load {

event_loop::event_loop()
    : epoll_{::epoll_create1(EPOLL_CLOEXEC)}, wake_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

event_loop::~event_loop() {
  ::close(wake_);
  ::close(epoll_);
}

void event_loop::watch(int socket, std::uint32_t events, socket_listener& listener) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &listener;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
}

void event_loop::change(int socket, std::uint32_t events, socket_listener& listener) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &listener;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event);
}

void event_loop::forget(int socket) {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
}

void event_loop::run(const std::function<int()>& turn) {
  // OpenSSL writes to a socket whose client was killed; the error that it gets then is enough.
  sigset_t pipe{};
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  std::array<epoll_event, 256> events{};
  int wait_ms = 0;
  while (!stopping_.load(std::memory_order_acquire)) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms);
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr != nullptr) {
        static_cast<socket_listener*>(event.data.ptr)->ready(event.events);
      } else {
        std::uint64_t woken = 0;
        while (::read(wake_, &woken, sizeof woken) > 0) {
        }
      }
    }
    wait_ms = turn();
  }
}

void event_loop::stop() {
  stopping_.store(true, std::memory_order_release);
  wake();
}

void event_loop::wake() {
  const std::uint64_t one = 1;
  // A full counter wakes as well, so a failed write loses nothing.
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

} // namespace stentor::load
