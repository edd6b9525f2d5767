#include "actors/runtime/alarms.hpp"

#include <utility>

namespace stentor::actors {

void alarm_board::raise(const std::string& subject, std::string sentence) {
  const std::lock_guard lock{mutex_};
  alarms_[subject] = std::move(sentence);
}

void alarm_board::clear(const std::string& subject) {
  const std::lock_guard lock{mutex_};
  alarms_.erase(subject);
}

std::vector<std::string> alarm_board::all() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> sentences;
  for (const auto& [subject, sentence] : alarms_)
    sentences.emplace_back(subject).append(": ").append(sentence);
  return sentences;
}

} // namespace stentor::actors
