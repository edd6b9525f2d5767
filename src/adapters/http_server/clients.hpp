#pragma once
/// How many connections each client's address has. Thread-safe.

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace stentor::http_server {

class clients {
public:
  /// How many that address has now, this one included.
  std::size_t came(const std::string& address) {
    const std::lock_guard lock{mutex_};
    return ++open_[address];
  }
  void left(const std::string& address) {
    const std::lock_guard lock{mutex_};
    const auto at = open_.find(address);
    if (at != open_.end() && --at->second == 0)
      open_.erase(at);
  }

private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> open_;
};

} // namespace stentor::http_server
