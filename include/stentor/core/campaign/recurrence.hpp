#pragma once
/// When a recurring campaign runs: a rule of the calendar in one time zone, and the moments that it
/// names. Words as in RFC 5545 (freq, interval, byDay, byMonthDay, until, count). Pure; any thread.
///
/// A run is named by a local day and a time of day. A time that a change to summer time leaves out
/// is the first moment after it, also where a zone has lost a whole day; one that comes twice is
/// the first of the two. Runs that fall on one moment are one run.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/campaign/send_window.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// A day of some calendar on a wall: no moment, as it has no zone.
using local_day = std::chrono::sys_days;

enum class recurrence_freq : std::uint8_t { daily, weekly, monthly };

/// Of a month: `nth` 2 is its second such day, -1 its last, 0 each of them. Of a week: nth is 0.
struct recurrence_weekday {
  std::uint8_t day = 1; ///< ISO: 1 = Monday … 7 = Sunday
  std::int8_t nth = 0;  ///< -5..5

  friend bool operator==(const recurrence_weekday&, const recurrence_weekday&) = default;
};

struct recurrence {
  recurrence_freq freq = recurrence_freq::daily;
  /// Every so many days, weeks (from Monday on) or months, counted from that of `from`.
  std::int32_t interval = 1;
  /// Weekly and monthly. Empty, as by_month_day is: the day of `from`. A month's day must fulfil
  /// both, where both are given: FR and 13 is a Friday the 13th.
  std::vector<recurrence_weekday> by_day;
  std::vector<std::int8_t> by_month_day; ///< 1..31, -1 (the last) .. -31; a month may lack one
  std::vector<std::int32_t> at;          ///< minutes since local midnight, 0..1439, ascending
  std::string time_zone;                 ///< of the IANA database
  std::optional<local_day> from;         ///< the first possible day; none: 1970-01-01
  std::optional<local_day> until;        ///< the last possible day
  /// The first so many that the rule names, days of `except` among them.
  std::optional<std::int32_t> count;
  std::vector<local_day> except; ///< days without a run, ascending

  friend bool operator==(const recurrence&, const recurrence&) = default;
};

namespace recurrence_limits {

inline constexpr std::int32_t interval_max = 1'000;
inline constexpr std::int32_t count_max = 10'000;
inline constexpr std::size_t times_a_day_max = 24;
inline constexpr std::size_t days_named_max = 100; ///< of byDay and byMonthDay each
inline constexpr std::size_t except_max = 1'000;
inline constexpr std::int32_t year_max = 9999;

} // namespace recurrence_limits

/// A time zone's offsets; for every moment the one that holds then.
using zone_offsets = std::function<zone_offset(wall_time)>;

/// The first moment at which a clock on the wall shows this time or a later one.
[[nodiscard]] wall_time moment_of(local_day day, std::int32_t minute, const zone_offsets& zone);

/// The first run behind this moment; none: there is none any more. Costs the same however long ago
/// `after` lies, and little unless the rule has a count.
[[nodiscard]] std::optional<wall_time> next_after(const recurrence& rule, wall_time after,
                                                  const zone_offsets& zone);
/// The last run at this moment or before it.
[[nodiscard]] std::optional<wall_time> last_until(const recurrence& rule, wall_time until,
                                                  const zone_offsets& zone);
/// The first of all.
[[nodiscard]] std::optional<wall_time> first_run(const recurrence& rule, const zone_offsets& zone);

} // namespace stentor::core
