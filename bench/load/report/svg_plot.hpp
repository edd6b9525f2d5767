#pragma once
/// Line plots as SVG text. Pure functions.

#include <string>
#include <utility>
#include <vector>

namespace stentor::load {

struct svg_line {
  std::string label;
  std::vector<std::pair<double, double>> points; ///< x and y, in order of x
};

struct svg_plot {
  std::string name; ///< of the file, without ".svg"
  std::string title, x_label, y_label;
  std::vector<svg_line> lines;
  /// x are shares of 1: the axis is -log10(1 - x), so that 0.9, 0.99, 0.999 are equally far apart
  /// (as HdrHistogram plots percentiles).
  bool percentiles = false;
};

[[nodiscard]] std::string to_svg(const svg_plot& plot);

} // namespace stentor::load
