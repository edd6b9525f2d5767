#pragma once
/// Wrong tokens and signatures as lines of the log: the first at once, then at most one a minute of
/// each kind, with how many there were. Thread-safe; time is an argument.

#include "api/http/api.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::app {

class refusal_log {
public:
  using time = std::chrono::steady_clock::time_point;

  /// @return the line to write, if it is time for one
  [[nodiscard]] std::optional<std::string> saw(api::refused_caller what, std::string_view client,
                                               time now);

private:
  struct kind {
    std::optional<time> told;
    std::uint64_t since = 0;
  };
  std::mutex mutex_;
  std::array<kind, 2> kinds_;
};

} // namespace stentor::app
