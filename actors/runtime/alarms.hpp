#pragma once
/// Sentences that an operator must act on, by subject. Thread-safe.

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace stentor::actors {

class alarm_board {
public:
  void raise(const std::string& subject, std::string sentence);
  void clear(const std::string& subject);
  [[nodiscard]] std::vector<std::string> all() const;

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> alarms_;
};

} // namespace stentor::actors
