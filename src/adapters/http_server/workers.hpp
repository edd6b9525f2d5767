#pragma once
/// A few threads for handlers that block. Thread-safe. Unlike asio::thread_pool it forgets what is
/// queued when it is stopped, so that no waiting handler keeps its connection alive for ever.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace stentor::http_server {

class workers {
public:
  explicit workers(unsigned count);
  ~workers();
  workers(const workers&) = delete;
  workers& operator=(const workers&) = delete;

  /// Dropped without being run after stop().
  void post(std::function<void()> work);
  /// Waits for what is running, forgets what is queued.
  void stop();

private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

} // namespace stentor::http_server
