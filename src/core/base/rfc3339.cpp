#include "stentor/core/base/rfc3339.hpp"

#include <chrono>
#include <cstdio>

namespace stentor::core {

namespace {

constexpr bool is_decimal(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Takes fixed pieces off the front of a text; after the first that does not fit, nothing fits.
class time_reader {
public:
  explicit time_reader(std::string_view text) noexcept : rest_{text} {}

  /// A number of exactly so many digits.
  int number(std::size_t digits) noexcept {
    int value = 0;
    if (rest_.size() < digits)
      fits_ = false;
    for (std::size_t i = 0; fits_ && i < digits; ++i) {
      fits_ = is_decimal(rest_[i]);
      value = value * 10 + (rest_[i] - '0');
    }
    if (fits_)
      rest_.remove_prefix(digits);
    return value;
  }
  bool next_is(char c) const noexcept { return fits_ && !rest_.empty() && rest_.front() == c; }
  bool take(char c) noexcept {
    const bool there = next_is(c);
    if (there)
      rest_.remove_prefix(1);
    return there;
  }
  void expect(char c) noexcept { fits_ = take(c) && fits_; }
  /// Digits behind the point; the milliseconds of them.
  int fraction() noexcept {
    int value = 0;
    std::size_t digits = 0;
    for (; !rest_.empty() && is_decimal(rest_.front()); rest_.remove_prefix(1), ++digits)
      if (digits < 3)
        value = value * 10 + (rest_.front() - '0');
    fits_ = fits_ && digits > 0;
    for (; digits < 3; ++digits)
      value *= 10;
    return value;
  }
  bool at_end() const noexcept { return fits_ && rest_.empty(); }

private:
  std::string_view rest_;
  bool fits_ = true;
};

std::chrono::minutes offset_of(time_reader& in, bool& fits) noexcept {
  if (in.take('Z'))
    return {};
  const bool west = in.next_is('-');
  fits = in.take('-') || in.take('+');
  const auto hours = in.number(2);
  in.expect(':');
  const auto minutes = in.number(2);
  fits = fits && hours < 24 && minutes < 60;
  return std::chrono::minutes{(hours * 60 + minutes) * (west ? -1 : 1)};
}

} // namespace

std::optional<wall_time> wall_time_from(std::string_view text) noexcept {
  time_reader in{text};
  const auto year = in.number(4);
  in.expect('-');
  const auto month = in.number(2);
  in.expect('-');
  const auto day = in.number(2);
  in.expect('T');
  const auto hour = in.number(2);
  in.expect(':');
  const auto minute = in.number(2);
  const auto second = in.take(':') ? in.number(2) : 0;
  const auto milliseconds = in.take('.') ? in.fraction() : 0;
  bool offset_fits = true;
  const auto offset = offset_of(in, offset_fits);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!in.at_end() || !offset_fits || year == 0 || !date.ok() || hour > 23 || minute > 59 ||
      second > 59)
    return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + std::chrono::milliseconds{milliseconds} - offset;
}

std::string to_text(wall_time t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{t - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  std::string all{text};
  if (const auto ms = static_cast<int>(time.subseconds().count()); ms != 0) {
    std::snprintf(text, sizeof text, ".%03d", ms);
    all += text;
    all.erase(all.find_last_not_of('0') + 1);
  }
  return all + "+00:00";
}

} // namespace stentor::core
