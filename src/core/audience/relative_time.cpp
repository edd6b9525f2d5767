#include "stentor/core/audience/relative_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace stentor::core {

namespace {

using namespace std::chrono;
using local_ms = local_time<milliseconds>;

constexpr std::string_view unit_letters = "smhdwMy"; ///< in the order of time_unit
constexpr std::array<std::int64_t, 7> unit_seconds{1,       60,        3'600,     86'400,
                                                   604'800, 2'629'746, 31'556'952};
constexpr std::int64_t span_seconds_max = 1'000 * unit_seconds.back();

std::optional<time_unit> unit_of(char letter) noexcept {
  const auto at = unit_letters.find(letter);
  if (at == std::string_view::npos)
    return std::nullopt;
  return static_cast<time_unit>(at);
}

local_ms shown_at(wall_time at, const zone_clock& clock) {
  return local_ms{(at + clock.offset(at)).time_since_epoch()};
}

/// The same day of another month; the last one where it has no such day.
local_days months_later(local_days day, int months_) {
  const year_month_day from{day};
  auto to = year_month{from.year(), from.month()} + months{months_};
  const auto last = year_month_day_last{to.year(), month_day_last{to.month()}};
  return local_days{year_month_day{to.year(), to.month(), std::min(from.day(), last.day())}};
}

/// Midnight of the first day of the unit that holds the day.
local_days first_day(local_days day, time_unit unit) {
  const year_month_day date{day};
  switch (unit) {
  case time_unit::week:
    return day - (weekday{day} - Monday);
  case time_unit::month:
    return local_days{date.year() / date.month() / 1};
  case time_unit::year:
    return local_days{date.year() / January / 1};
  default:
    return day;
  }
}

wall_time rounded_down(wall_time at, time_unit unit, const zone_clock& clock) {
  const auto shown = shown_at(at, clock);
  if (unit < time_unit::day) { // the second two o'clock of an autumn night is its own hour
    const milliseconds length = seconds{unit_seconds.at(static_cast<std::size_t>(unit))};
    const auto since = shown.time_since_epoch() % length;
    return at - (since < milliseconds{0} ? since + length : since);
  }
  return moment_of(first_day(floor<days>(shown), unit), clock);
}

} // namespace

std::optional<calendar_span> calendar_span_from(std::string_view text) noexcept {
  if (text.size() < 2 || text.size() > 12 || text.front() == '-')
    return std::nullopt;
  const auto unit = unit_of(text.back());
  std::int64_t amount = 0;
  const auto* end = text.data() + text.size() - 1;
  const auto [read, problem] = std::from_chars(text.data(), end, amount);
  if (!unit || problem != std::errc{} || read != end)
    return std::nullopt;
  if (amount > span_seconds_max / unit_seconds.at(static_cast<std::size_t>(*unit)))
    return std::nullopt;
  if (amount > std::numeric_limits<std::int32_t>::max())
    return std::nullopt;
  return calendar_span{static_cast<std::int32_t>(amount), *unit};
}

std::optional<relative_time> relative_time_from(std::string_view text) noexcept {
  constexpr std::string_view now = "now";
  if (!text.starts_with(now))
    return std::nullopt;
  text.remove_prefix(now.size());
  relative_time when;
  if (text.size() >= 2 && text[text.size() - 2] == '/') {
    when.rounded_down = unit_of(text.back());
    if (!when.rounded_down)
      return std::nullopt;
    text.remove_suffix(2);
  }
  if (text.empty())
    return when;
  const auto span = calendar_span_from(text.substr(1));
  if ((text.front() != '+' && text.front() != '-') || !span)
    return std::nullopt;
  when.moved = *span;
  if (text.front() == '-')
    when.moved.amount = -when.moved.amount;
  return when;
}

wall_time moment_of(local_ms shown, const zone_clock& clock) {
  const wall_time as_utc{shown.time_since_epoch()};
  const auto before = clock.offset(as_utc - days{1});
  const auto after = clock.offset(as_utc + days{1});
  const auto by_before = as_utc - before;
  if (clock.offset(by_before) == before)
    return by_before;
  const auto by_after = as_utc - after;
  if (clock.offset(by_after) == after)
    return by_after;
  // In the gap: its end lies between the two readings.
  auto low = floor<seconds>(std::min(by_before, by_after)) - seconds{1};
  auto high = ceil<seconds>(std::max(by_before, by_after));
  while (high - low > seconds{1}) {
    const auto middle = low + (high - low) / 2;
    (clock.offset(middle) == before ? low : high) = middle;
  }
  return high;
}

year_month_day day_of(wall_time at, const zone_clock& clock) {
  return year_month_day{floor<days>(shown_at(at, clock))};
}

wall_time moved_by(wall_time from, calendar_span by, const zone_clock& clock) {
  if (by.unit < time_unit::day)
    return from + seconds{by.amount * unit_seconds.at(static_cast<std::size_t>(by.unit))};
  if (by.amount == 0)
    return from;
  const auto shown = shown_at(from, clock);
  const auto day = floor<days>(shown);
  const auto time_of_day = shown - day;
  switch (by.unit) {
  case time_unit::month:
    return moment_of(months_later(day, by.amount) + time_of_day, clock);
  case time_unit::year:
    return moment_of(months_later(day, by.amount * 12) + time_of_day, clock);
  default:
    return moment_of(day + days{by.amount} * (by.unit == time_unit::week ? 7 : 1) + time_of_day,
                     clock);
  }
}

wall_time resolved(const relative_time& when, const zone_clock& clock) {
  const auto at = moved_by(clock.now, when.moved, clock);
  return when.rounded_down ? rounded_down(at, *when.rounded_down, clock) : at;
}

} // namespace stentor::core
