#pragma once
/// Line plots as tables of numbers; scripts/plot draws them with gnuplot. Pure functions.

#include <string>
#include <utility>
#include <vector>

namespace stentor::load {

struct plot_line {
  std::string label;
  std::vector<std::pair<double, double>> points; ///< x and y, in order of x
};

struct plot {
  std::string name; ///< of the file, without its ending
  std::string title, x_label, y_label;
  std::vector<plot_line> lines;
  /// x are shares of 1: the axis is -log10(1 - x), so that 0.9, 0.99, 0.999 are equally far apart
  /// (as HdrHistogram plots percentiles).
  bool percentiles = false;
};

/// Comments with title, labels and the kind of the x axis; then a block for each line, which begins
/// with its label in quotes, one point a row. Two empty lines part blocks, as gnuplot wants it.
[[nodiscard]] std::string to_tsv(const plot& from);

} // namespace stentor::load
