#pragma once
/// What a run found. Values.

#include <cstdint>
#include <string>
#include <vector>

namespace stentor::simulation {

struct violation {
  std::string what;   ///< the promise, in a word or two; the same for the same kind of fault
  std::string detail; ///< who and when
};

struct report {
  std::uint64_t seed = 0;
  std::vector<violation> violations;
  std::vector<std::string> trace;
  double seconds = 0; ///< of virtual time
  std::size_t sent = 0, starts = 0, doubts = 0, held = 0, held_unsent = 0;

  [[nodiscard]] bool good() const noexcept { return violations.empty(); }
};

} // namespace stentor::simulation
