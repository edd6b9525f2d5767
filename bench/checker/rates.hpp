#pragma once
/// Whether a number kept its limit, as far as the moments at the receiver can tell. Pure; any
/// thread.

#include "bench/simulator/ground_truth.hpp"

#include <cstdint>
#include <vector>

namespace stentor::load {

/// Messages of one number that were too many in some second.
struct rate_count {
  std::uint64_t certain = 0;
  std::uint64_t strict = 0;
};

/// @param requests of one number, in order of reading
[[nodiscard]] rate_count
count_rate_violations(const std::vector<const ground_truth::request*>& requests, double rate);

} // namespace stentor::load
