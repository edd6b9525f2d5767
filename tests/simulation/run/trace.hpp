#pragma once
/// What happened, line by line, for people; nothing is composed unless somebody listens. One
/// thread.

#include "tests/simulation/run/timeline.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace stentor::simulation {

class trace {
public:
  trace(const timeline& time, bool listening) : time_{time}, listening_{listening} {}

  /// @param compose called for the text if somebody listens
  template <class Compose>
  void say(Compose compose) {
    if (!listening_)
      return;
    std::array<char, 32> at{};
    std::snprintf(at.data(), at.size(), "%9.4f  ", time_.seconds());
    lines_.push_back(at.data() + std::string{compose()});
  }
  [[nodiscard]] bool listens() const noexcept { return listening_; }
  [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }

private:
  const timeline& time_;
  bool listening_;
  std::vector<std::string> lines_;
};

} // namespace stentor::simulation
