#pragma once
/// How fast each number at work may send and whether it does, for metrics. The rate limiters and
/// the supervisor write it; thread-safe.

#include "stentor/ports/system/engine_control.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace stentor::actors {

class number_figure_board {
public:
  void rate(const std::string& phone_number_id, const core::learned_rate& rate) {
    const std::lock_guard lock{mutex_};
    auto& figures = all_[phone_number_id];
    figures.per_second = rate.current();
    figures.ceiling = rate.ceiling();
    figures.pace = rate.state();
  }
  void stopped(const std::string& phone_number_id, bool stopped) {
    const std::lock_guard lock{mutex_};
    all_[phone_number_id].stopped = stopped;
  }
  void remove(const std::string& phone_number_id) {
    const std::lock_guard lock{mutex_};
    all_.erase(phone_number_id);
  }
  [[nodiscard]] std::vector<ports::number_metrics> all() const {
    const std::lock_guard lock{mutex_};
    std::vector<ports::number_metrics> list;
    for (const auto& [id, figures] : all_) {
      list.push_back(figures);
      list.back().phone_number_id = id;
    }
    return list;
  }

private:
  mutable std::mutex mutex_;
  std::map<std::string, ports::number_metrics> all_;
};

} // namespace stentor::actors
