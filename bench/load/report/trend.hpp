#pragma once
/// A straight line through measured points by least squares, and what a soak reads from it. Pure
/// functions.

#include <optional>
#include <utility>
#include <vector>

namespace stentor::load {

/// Seconds since the start, and what was measured then.
using measured_points = std::vector<std::pair<double, double>>;

struct trend {
  double mean = 0;        ///< of y
  double slope = 0;       ///< y per x
  double slope_error = 0; ///< its standard error, from what the line leaves unexplained
};

/// @param points x and y; fewer than three have no slope
[[nodiscard]] trend trend_of(const measured_points& points);

/// True when the slope is at most `bound` upwards, or when noise alone could explain what is more:
/// two standard errors.
[[nodiscard]] bool is_flat(const trend& t, double bound);

/// What was measured while things were steady: without the warm-up, which fills pools and caches
/// (the first fifth, and never less than two minutes), and without the last twentieth, in which the
/// numbers run out of people.
/// @param points in the order of time
/// @return nothing when fewer than 20 points are left: too few to tell a trend from noise
[[nodiscard]] std::optional<measured_points> steady_part(const measured_points& points);

} // namespace stentor::load
