#include "app/cli/console.hpp"

#include "stentor/core/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>

namespace stentor::app {

std::string grouped(std::int64_t value) {
  auto digits = std::to_string(value);
  const std::size_t sign = value < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string bytes_text(std::uint64_t value) {
  constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto amount = static_cast<double>(value);
  std::size_t unit = 0;
  while (amount >= 1024 && unit + 1 < units.size()) {
    amount /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", amount,
                units.at(unit));
  return text.data();
}

std::string duration_text(std::chrono::seconds value) {
  const auto s = value.count();
  if (s < 60)
    return std::to_string(s) + " s";
  if (s < 3600)
    return std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s";
  return std::to_string(s / 3600) + " h " + std::to_string(s % 3600 / 60) + " min";
}

std::string share_text(std::int64_t part, std::int64_t whole) {
  if (whole <= 0)
    return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%",
                100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text.data();
}

std::string bar(double share, int width) {
  const auto full = static_cast<int>(std::clamp(share, 0.0, 1.0) * width);
  std::string text = "[";
  text.append(static_cast<std::size_t>(full), '#');
  text.append(static_cast<std::size_t>(width - full), '.');
  return text + "]";
}

bool can_draw(const char* term) noexcept {
  const std::string_view name = term == nullptr ? "" : term;
  return !name.empty() && name != "dumb";
}

progress_line::~progress_line() {
  clear();
}

void progress_line::show(std::string_view text, std::chrono::steady_clock::time_point now) {
  if (!to_.terminal || (drawn_ && now - drawn_at_ < std::chrono::milliseconds{100}))
    return;
  // Back to the line's begin, the text, and away with what an earlier, longer one left.
  const auto fits = static_cast<std::size_t>(std::max(1, to_.width() - 1));
  to_.err << '\r' << core::utf8_prefix(text, fits) << "\x1b[K" << std::flush;
  drawn_ = true;
  drawn_at_ = now;
}

void progress_line::clear() {
  if (drawn_)
    to_.err << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

} // namespace stentor::app
