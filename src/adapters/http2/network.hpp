#pragma once
/// The network thread: it gives the client (client.hpp) sockets, the clock and its turns. In each
/// it reads everything that came, runs commands, then lets the client move. Wake-ups are what
/// HTTP/2 costs, so a busy thread also sleeps between turns to find more to do at the next one.
/// Only post() and metrics() may be called from other threads.

#include "adapters/http2/client.hpp"
#include "adapters/http2/tls.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace stentor::http2 {

class network {
public:
  network(gateway_settings settings, core::url base, std::shared_ptr<tls_context> tls,
          std::unique_ptr<ports::answer_reader> reader, const ports::stop_list& stops,
          ports::gateway_listener& listener, ports::flight_recorder& flights);

  void run();  ///< the thread's main; returns after stop()
  void stop(); ///< from any thread

  /// From any thread: runs `command` on the network thread, at the next turn.
  void post(std::function<void(client&)> command);
  [[nodiscard]] ports::gateway_metrics metrics() const { return client_.metrics(); }

private:
  void turn();
  void throttle_wakeups();
  void run_commands();
  void arm(core::steady_time at);

  const std::chrono::microseconds turn_min_;
  const std::uint32_t turn_min_from_open_;

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  core::steady_time armed_at_ = core::steady_time::max();
  std::atomic<bool> stopped_ = false;
  core::steady_time turned_{};

  std::mutex commands_guard_;
  std::vector<std::function<void(client&)>> commands_;
  std::vector<std::function<void(client&)>> commands_now_;

  client client_;
};

} // namespace stentor::http2
