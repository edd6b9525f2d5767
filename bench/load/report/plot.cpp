#include "bench/load/report/plot.hpp"

#include <array>
#include <cstdio>

namespace stentor::load {

std::string to_tsv(const plot& from) {
  std::string out = "# title: " + from.title + "\n# x: " + from.x_label + "\n# y: " + from.y_label +
                    "\n# axis: " + (from.percentiles ? "percentiles" : "linear") + "\n";
  const char* before = "";
  for (const auto& line : from.lines) {
    out += before;
    before = "\n\n";
    out += '"' + line.label + "\"\n";
    for (const auto& [x, y] : line.points) {
      std::array<char, 64> row{};
      std::snprintf(row.data(), row.size(), "%.6g\t%.6g\n", x, y);
      out += row.data();
    }
  }
  return out;
}

} // namespace stentor::load
