#include "bench/load/report/trend.hpp"

#include <algorithm>
#include <cmath>

namespace stentor::load {

trend trend_of(const measured_points& points) {
  trend t;
  const auto n = static_cast<double>(points.size());
  if (points.empty())
    return t;
  double mean_x = 0;
  for (const auto& [x, y] : points) {
    mean_x += x / n;
    t.mean += y / n;
  }
  double xx = 0, xy = 0;
  for (const auto& [x, y] : points) {
    xx += (x - mean_x) * (x - mean_x);
    xy += (x - mean_x) * (y - t.mean);
  }
  if (points.size() < 3 || xx <= 0)
    return t;
  t.slope = xy / xx;
  double left = 0;
  for (const auto& [x, y] : points) {
    const double off = y - t.mean - t.slope * (x - mean_x);
    left += off * off;
  }
  t.slope_error = std::sqrt(left / (n - 2) / xx);
  return t;
}

bool is_flat(const trend& t, double bound) {
  return t.slope - 2 * t.slope_error <= bound;
}

std::optional<measured_points> steady_part(const measured_points& points) {
  constexpr double warm_up_s = 120;
  constexpr std::size_t points_min = 20;
  const double end = points.empty() ? 0 : points.back().first;
  const double from = std::max(end * 0.2, warm_up_s);
  measured_points steady;
  for (const auto& p : points)
    if (p.first >= from && p.first <= end * 0.95)
      steady.push_back(p);
  if (steady.size() < points_min)
    return std::nullopt;
  return steady;
}

} // namespace stentor::load
