/// From a failing plan to the smallest one that fails in the same way.
#include "tests/simulation/run/simulation.hpp"

#include <algorithm>

namespace stentor::simulation {

namespace {

using namespace std::chrono_literals;

bool breaks(const plan& of, const std::string& promise) {
  const auto found = run(of, false);
  return std::any_of(found.violations.begin(), found.violations.end(),
                     [&](const violation& v) { return v.what == promise; });
}

} // namespace

plan smallest(const plan& of, const std::string& broken) {
  auto best = of;
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (std::size_t i = best.incidents.size(); i-- > 0;) {
      auto without = best;
      without.incidents.erase(without.incidents.begin() + static_cast<std::ptrdiff_t>(i));
      if (breaks(without, broken)) {
        best = std::move(without);
        smaller = true;
      }
    }
  }
  for (auto& one : best.incidents)
    while (one.lasts > 200ms) {
      const auto before = one.lasts;
      one.lasts /= 2;
      if (breaks(best, broken))
        continue;
      one.lasts = before;
      break;
    }
  return best;
}

} // namespace stentor::simulation
