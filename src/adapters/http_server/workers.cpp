/// See workers.hpp.

#include "adapters/http_server/workers.hpp"

#include <utility>

namespace stentor::http_server {

workers::workers(unsigned count) {
  threads_.reserve(count);
  for (unsigned i = 0; i < count; ++i)
    threads_.emplace_back([this] { run(); });
}

workers::~workers() {
  stop();
}

void workers::post(std::function<void()> work) {
  {
    const std::lock_guard lock{mutex_};
    if (stopped_)
      return;
    queue_.push_back(std::move(work));
  }
  wake_.notify_one();
}

void workers::stop() {
  std::deque<std::function<void()>>
      forgotten; // destroyed without the lock: it may hold the last reference to an exchange
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    forgotten.swap(queue_);
  }
  wake_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable())
      thread.join();
}

void workers::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
    if (stopped_)
      return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr; // what it captured ends here, outside the lock
    lock.lock();
  }
}

} // namespace stentor::http_server
