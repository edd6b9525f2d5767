/// Runs are looked for period by period: days, weeks or months that are `interval` apart.
#include "stentor/core/campaign/recurrence.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::year;
using std::chrono::year_month;
using std::chrono::year_month_day;

/// The calendar repeats after 400 years, 4,800 months: what has not come in so many periods never
/// does.
constexpr std::int64_t periods_searched = 4'801;
/// No zone is further from UTC, and none has lost more at once than a day.
constexpr days farthest_offset{2};

constexpr local_day never_after = year{recurrence_limits::year_max} / 12 / 31;

/// A run by its name on the wall.
struct named_run {
  local_day day;
  std::int32_t minute = 0;
  friend auto operator<=>(const named_run&, const named_run&) = default;
};

local_day monday_of(local_day day) {
  return day - (std::chrono::weekday{day} - std::chrono::Monday);
}

bool is_named(const recurrence_weekday& wanted, local_day day) {
  if (std::chrono::weekday{day}.iso_encoding() != wanted.day)
    return false;
  if (wanted.nth == 0)
    return true;
  const year_month_day date{day};
  const auto of_month = static_cast<int>(unsigned{date.day()});
  const auto last =
      static_cast<int>(unsigned{(date.year() / date.month() / std::chrono::last).day()});
  return wanted.nth > 0 ? (of_month + 6) / 7 == wanted.nth
                        : (last - of_month + 7) / 7 == -wanted.nth;
}

bool is_named(std::int8_t wanted, local_day day) {
  const year_month_day date{day};
  const auto of_month = static_cast<int>(unsigned{date.day()});
  const auto last =
      static_cast<int>(unsigned{(date.year() / date.month() / std::chrono::last).day()});
  return wanted > 0 ? of_month == wanted : of_month - last - 1 == wanted;
}

class calendar {
public:
  explicit calendar(const recurrence& rule)
      : rule_{rule}, from_{rule.from.value_or(local_day{})}, until_{std::min(
                                                                 rule.until.value_or(never_after),
                                                                 never_after)} {
    if (rule.count)
      until_ = std::min(until_, last_by_count());
  }

  [[nodiscard]] local_day from() const noexcept { return from_; }

  /// The period in which this day lies, or the last one before it; 0 is the one of `from`.
  [[nodiscard]] std::int64_t period_of(local_day day) const {
    const auto step = std::int64_t{rule_.interval};
    const auto floor_by = [](std::int64_t n, std::int64_t by) {
      return n >= 0 ? n / by : -((by - 1 - n) / by);
    };
    switch (rule_.freq) {
    case recurrence_freq::daily:
      return floor_by((day - from_).count(), step);
    case recurrence_freq::weekly:
      return floor_by((monday_of(day) - monday_of(from_)).count(), 7 * step);
    case recurrence_freq::monthly:
      return floor_by((month_of(day) - month_of(from_)).count(), step);
    }
    return 0;
  }

  /// The days of a period that have runs, ascending; past the end of the rule or of all calendars
  /// none.
  [[nodiscard]] std::vector<local_day> days_of(std::int64_t period) const {
    std::vector<local_day> found;
    if (is_over(period))
      return found;
    const auto [first, end] = bounds_of(period);
    for (auto day = std::max(first, from_); day < end && day <= until_; day += days{1})
      if (fits(day))
        found.push_back(day);
    return found;
  }

  /// Whether neither this period nor any later one has a day.
  [[nodiscard]] bool is_over(std::int64_t period) const { return bounds_of(period).first > until_; }

  /// Whether the rule's count lets it be, and nobody has excepted it.
  [[nodiscard]] bool takes_place(const named_run& run) const {
    return !(last_counted_ && run > *last_counted_) &&
           !std::binary_search(rule_.except.begin(), rule_.except.end(), run.day);
  }

private:
  static year_month month_of(local_day day) {
    const year_month_day date{day};
    return date.year() / date.month();
  }

  /// From the first day to the one behind the last.
  [[nodiscard]] std::pair<local_day, local_day> bounds_of(std::int64_t period) const {
    const auto ahead = period * rule_.interval;
    if (rule_.freq == recurrence_freq::daily)
      return {from_ + days{ahead}, from_ + days{ahead + 1}};
    if (rule_.freq == recurrence_freq::weekly)
      return {monday_of(from_) + days{7 * ahead}, monday_of(from_) + days{7 * (ahead + 1)}};
    // Years of the library end in 32767; whatever is past the calendar's end is past it.
    const auto most = month_of(never_after) - month_of(from_) + months{1};
    const auto month = month_of(from_) + std::min(months{ahead}, most);
    return {month / 1, (month + months{1}) / 1};
  }

  [[nodiscard]] bool fits(local_day day) const {
    if (rule_.freq == recurrence_freq::daily)
      return true;
    const auto names = [day](const auto& wanted) { return is_named(wanted, day); };
    if (rule_.by_day.empty() && rule_.by_month_day.empty())
      return rule_.freq == recurrence_freq::weekly
                 ? std::chrono::weekday{day} == std::chrono::weekday{from_}
                 : year_month_day{day}.day() == year_month_day{from_}.day();
    return (rule_.by_day.empty() || std::any_of(rule_.by_day.begin(), rule_.by_day.end(), names)) &&
           (rule_.by_month_day.empty() ||
            std::any_of(rule_.by_month_day.begin(), rule_.by_month_day.end(), names));
  }

  /// Finds the last run that the count takes, and its day.
  local_day last_by_count() {
    auto left = std::int64_t{*rule_.count};
    const auto a_day = static_cast<std::int64_t>(rule_.at.size());
    std::int64_t empty = 0;
    for (std::int64_t period = 0; !is_over(period) && empty < periods_searched; ++period) {
      const auto all = days_of(period);
      empty = all.empty() ? empty + 1 : 0;
      for (const auto day : all) {
        if (left <= a_day) {
          last_counted_ = {day, rule_.at[static_cast<std::size_t>(left - 1)]};
          return day;
        }
        left -= a_day;
      }
    }
    return until_;
  }

  const recurrence& rule_;
  local_day from_;
  local_day until_;
  std::optional<named_run> last_counted_; ///< of a rule with a count that is reached
};

} // namespace

wall_time moment_of(local_day day, std::int32_t minute, const zone_offsets& zone) {
  const wall_time wanted = day + minutes{minute};
  auto at = wanted - farthest_offset; // nowhere does a clock show it yet
  for (;;) {
    const auto now = zone(at);
    const wall_time shows = wanted - now.offset;
    if (shows < now.valid_until || now.valid_until <= at)
      return std::max(shows, at); // the clock was put beyond it: the change itself
    at = now.valid_until;
  }
}

std::optional<wall_time> next_after(const recurrence& rule, wall_time after,
                                    const zone_offsets& zone) {
  const calendar all{rule};
  // Later names are later moments, so the first that lies behind is the next.
  const auto begin = std::max(all.from(), std::chrono::floor<days>(after) - farthest_offset);
  const auto first = std::max<std::int64_t>(0, all.period_of(begin));
  for (auto period = first; period < first + periods_searched && !all.is_over(period); ++period)
    for (const auto day : all.days_of(period))
      for (const auto minute : rule.at) {
        if (day < begin || !all.takes_place({day, minute}))
          continue;
        if (const auto at = moment_of(day, minute, zone); at > after)
          return at;
      }
  return std::nullopt;
}

std::optional<wall_time> last_until(const recurrence& rule, wall_time until,
                                    const zone_offsets& zone) {
  const calendar all{rule};
  const auto end = std::chrono::floor<days>(until) + farthest_offset;
  if (end < all.from())
    return std::nullopt;
  const auto last = all.period_of(std::min(end, never_after));
  for (auto period = last; period >= 0 && period > last - periods_searched; --period) {
    const auto found = all.days_of(period);
    for (auto day = found.rbegin(); day != found.rend(); ++day)
      for (auto minute = rule.at.rbegin(); minute != rule.at.rend(); ++minute) {
        if (!all.takes_place({*day, *minute}))
          continue;
        if (const auto at = moment_of(*day, *minute, zone); at <= until)
          return at;
      }
  }
  return std::nullopt;
}

std::optional<wall_time> first_run(const recurrence& rule, const zone_offsets& zone) {
  return next_after(rule, rule.from.value_or(local_day{}) - 2 * farthest_offset, zone);
}

} // namespace stentor::core
