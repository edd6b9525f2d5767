#include "bench/simulator/clock.hpp"

#include <chrono>

namespace stentor::load {

std::int64_t now_us() noexcept {
  using namespace std::chrono;
  static const std::int64_t difference =
      duration_cast<microseconds>(system_clock::now().time_since_epoch()).count() -
      duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count() + difference;
}

} // namespace stentor::load
