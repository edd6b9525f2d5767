#include "bench/load/report/svg_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace stentor::load {
namespace {

constexpr double width = 860, height = 420;
constexpr double left = 80, right = 20, top = 40, bottom = 56;
constexpr std::array<const char*, 4> colours{"#1f6feb", "#d1495b", "#2a9d5c", "#8250df"};

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

std::string words(double x, double y, const std::string& text, const char* more) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + more + ">" + escaped(text) +
         "</text>\n";
}

std::string stroke(double x1, double y1, double x2, double y2, const char* colour) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
         "\" y2=\"" + number(y2) + "\" stroke=\"" + colour + "\"/>\n";
}

/// A round step that makes about six of a length: 1, 2 or 5 times a power of ten.
double round_step(double length) {
  const double raw = length / 6;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (raw <= factor * power)
      return factor * power;
  return 10 * power;
}

struct frame {
  bool percentiles = false;
  double x_low = 0, x_high = 1, y_high = 1;

  [[nodiscard]] double place(double x) const {
    return percentiles ? -std::log10(std::max(1 - x, 1e-7)) : x;
  }
  [[nodiscard]] double across(double x) const {
    return left + (place(x) - x_low) / (x_high - x_low) * (width - left - right);
  }
  [[nodiscard]] double up(double y) const {
    return height - bottom - y / y_high * (height - top - bottom);
  }
};

frame frame_of(const svg_plot& plot) {
  frame f;
  f.percentiles = plot.percentiles;
  double low = 1e300, high = -1e300, most = 0;
  for (const auto& line : plot.lines)
    for (const auto& [x, y] : line.points) {
      low = std::min(low, f.place(x));
      high = std::max(high, f.place(x));
      most = std::max(most, y);
    }
  f.x_low = low < high ? low : 0;
  f.x_high = low < high ? high : 1;
  if (most > 0)
    f.y_high = most * 1.05;
  return f;
}

std::string x_axis(const frame& f) {
  std::string out;
  const auto mark = [&](double x, const std::string& text) {
    out += stroke(f.across(x), top, f.across(x), height - bottom, "#e4e4e4") +
           words(f.across(x), height - bottom + 18, text, "text-anchor=\"middle\"");
  };
  if (f.percentiles) {
    for (const double x : {0.0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999})
      if (f.place(x) >= f.x_low && f.place(x) <= f.x_high)
        mark(x, number(x * 100) + " %");
    return out;
  }
  const double step = round_step(f.x_high - f.x_low);
  for (double x = std::ceil(f.x_low / step) * step; x <= f.x_high; x += step)
    mark(x, number(x));
  return out;
}

std::string y_axis(const frame& f) {
  std::string out;
  const double step = round_step(f.y_high);
  for (int i = 0; step * i <= f.y_high; ++i)
    out += stroke(left, f.up(step * i), width - right, f.up(step * i), "#e4e4e4") +
           words(left - 8, f.up(step * i) + 4, number(step * i), "text-anchor=\"end\"");
  return out;
}

} // namespace

std::string to_svg(const svg_plot& plot) {
  const auto f = frame_of(plot);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) +
                    " " + number(height) +
                    "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  out += x_axis(f) + y_axis(f);
  out += stroke(left, height - bottom, width - right, height - bottom, "#555555") +
         stroke(left, top, left, height - bottom, "#555555");
  out += words(left, 24, plot.title, "font-size=\"15\" font-weight=\"bold\"");
  out += words((left + width - right) / 2, height - 14, plot.x_label, "text-anchor=\"middle\"");
  out += words(18, height / 2, plot.y_label,
               "text-anchor=\"middle\" transform=\"rotate(-90 18 210)\"");
  double label_at = width - right;
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    const std::string colour = colours.at(i % colours.size());
    out += "<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"" + colour + "\" points=\"";
    for (const auto& [x, y] : plot.lines[i].points)
      out += number(f.across(x)) + "," + number(f.up(y)) + " ";
    out += "\"/>\n";
    out += words(label_at, 24, plot.lines[i].label,
                 ("text-anchor=\"end\" fill=\"" + colour + "\"").c_str());
    label_at -= 24 + 7 * static_cast<double>(plot.lines[i].label.size());
  }
  return out + "</svg>\n";
}

} // namespace stentor::load
