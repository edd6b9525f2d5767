#include "bench/load/report/text.hpp"

#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace stentor::load {

double rounded(double value, int decimals) {
  const auto scale = std::pow(10, decimals);
  return std::round(value * scale) / scale;
}

std::string line(const char* format, ...) {
  std::array<char, 256> text{};
  va_list values;
  va_start(values, format);
  std::vsnprintf(text.data(), text.size(), format, values);
  va_end(values);
  return std::string{text.data()} + "\n";
}

} // namespace stentor::load
