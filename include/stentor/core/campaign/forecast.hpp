#pragma once
/// What the planner says of the time to come: it is asked at one moment after the other in virtual
/// time. Pure; any thread.

#include "stentor/core/campaign/plan.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stentor::core {

struct forecast_day {
  std::chrono::year_month_day date; ///< in the zone asked for
  std::int64_t people = 0;
};

struct forecast {
  std::optional<wall_time> first_message; ///< none: nobody gets one
  std::optional<wall_time> finish; ///< when the last one leaves; none: not all within `until`
  wall_time until{};               ///< as far as it looks
  std::int64_t people = 0;         ///< who get a message by then
  std::int64_t left = 0;           ///< who get none: the deadline, or `until`
  limit binding = limit::none;     ///< what takes most of the time
  std::map<limit, std::chrono::milliseconds> time_by_limit;
  std::vector<forecast_day> days; ///< without those on which nobody gets one
};

/// At most 400 days and 20,000 steps ahead.
/// @param from when it begins to send, or goes on
/// @param day_zone in which days are counted
[[nodiscard]] forecast forecast_of(planner plan, wall_time from, double numbers_per_second,
                                   const std::string& day_zone, const zone_lookup& offset_of);

/// When the next message may leave; none: not within 400 days.
[[nodiscard]] std::optional<wall_time> next_opening(planner plan, wall_time from,
                                                    double numbers_per_second);

/// When it would be over without the limit that takes most of its time; none where that makes no
/// difference or can't be lifted.
[[nodiscard]] std::optional<wall_time> finish_without(limit binding, const plan_terms& terms,
                                                      wall_time from, double numbers_per_second,
                                                      const zone_lookup& offset_of);

} // namespace stentor::core
