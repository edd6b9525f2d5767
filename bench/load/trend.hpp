#pragma once
/// A straight line through measured points by least squares. Pure functions.

#include <utility>
#include <vector>

namespace stentor::load {

struct trend {
  double mean = 0;        ///< of y
  double slope = 0;       ///< y per x
  double slope_error = 0; ///< its standard error, from what the line leaves unexplained
};

/// @param points x and y; fewer than three have no slope
[[nodiscard]] trend trend_of(const std::vector<std::pair<double, double>>& points);

/// True when the slope is at most `bound` upwards, or when noise alone could explain what is more:
/// two standard errors.
[[nodiscard]] bool is_flat(const trend& t, double bound);

} // namespace stentor::load
