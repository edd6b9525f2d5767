#pragma once
/// The planner: which parts of a campaign's list may be sent to now, how fast, what binds, and when
/// to look again. Claims, the forecast and what people are told all ask it; there is no second
/// estimate. Pure; one thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/limit.hpp"
#include "stentor/core/campaign/quiet_hours.hpp"
#include "stentor/core/campaign/tier.hpp"
#include "stentor/core/delivery/pacing/template_pacing.hpp"
#include "stentor/core/delivery/part.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stentor::core {

using place_no = std::int32_t; ///< 0: nobody knows where; there the organization's clock counts

/// Where people are, as far as the clock is concerned.
struct plan_place {
  place_no no = 0;
  std::string country;            ///< two letters, or ZZ
  std::vector<std::string> zones; ///< IANA names, the main one first; at least one
  std::vector<quiet_span> quiet;  ///< none where the campaign needs none
};

/// A range of the list whose people share their place and their opening time.
struct plan_part {
  part_no no = 0;
  recipient_seq from = 1, to = 0; ///< both inclusive
  recipient_seq next = 1;         ///< the first who was not claimed; to + 1 when all were
  place_no place = 0;
  std::optional<wall_time> opens_at{};
  core::stage stage = core::stage::rest;

  [[nodiscard]] std::int64_t left() const noexcept { return std::int64_t{to} - next + 1; }
};

/// Messages leave evenly over a time (plan_options), each place's in its own open time.
struct spread_terms {
  std::optional<std::chrono::milliseconds> over; ///< from `from`, or from a part's own time on
  std::optional<wall_time> until;
  wall_time from{};                                    ///< when the campaign started, or will
  std::vector<std::pair<wall_time, wall_time>> pauses; ///< which don't count; in their order
};

/// What Meta's ratings leave of the rates: shares, 0 to 1.
struct quality_terms {
  double numbers = 1;     ///< of what the numbers together may send
  double of_template = 1; ///< of what is left of that
};

/// The people who go first are not decided about yet: the rest waits.
struct canary_terms {
  std::chrono::milliseconds settle{};
  std::optional<wall_time> claimed_at; ///< when the last of them was, if it was seen
  /// For a forecast: that they pass once their time to settle is over. Otherwise only a decision
  /// lets the rest go.
  bool assume_passed = false;
};

struct plan_terms {
  std::optional<send_window> window; ///< its zone may be `recipient_zone`
  std::optional<wall_time> expires_at;
  std::optional<std::int32_t> rate_per_minute; ///< the campaign's own
  std::optional<spread_terms> spread;
  std::optional<canary_terms> canary; ///< while it is not decided
  template_pacing pacing{};           ///< of its template
  quality_terms quality{};
  bool for_marketing = true;      ///< by its template; one that nobody knows counts as marketing
  std::optional<tier_terms> tier; ///< of the portfolios of its numbers; none: unlimited
  std::vector<plan_place> places; ///< of all parts
  std::vector<plan_part> parts;   ///< in the order of their numbers
};

/// What the plan says of one moment.
struct plan_step {
  struct part {
    part_no no = 0;
    limit closed_by = limit::none;           ///< none: it is open
    wall_time changes_at = wall_time::max(); ///< when that may change
    std::int64_t left = 0;
  };

  std::vector<part> parts;    ///< as in the terms
  std::int64_t left = 0;      ///< not claimed, in all parts
  std::int64_t left_open = 0; ///< and in those that are open
  bool any_open = false;      ///< a part is open, with or without people
  bool all_open = true;
  double per_second = 0; ///< what may leave now; 0 while nobody who is left may get it
  /// In a minute, by the campaign's own rate, its spreading and its template's pacing and quality;
  /// none: the numbers' limits.
  std::optional<std::int32_t> own_per_minute;
  /// Whom the messaging limit lets through now, of those who don't count yet; none: no limit.
  std::optional<std::int64_t> people_free;
  limit binding = limit::none; ///< what keeps it from being faster; none when nobody is left
  wall_time look_again = wall_time::max(); ///< until then all of this holds, but for `left`
};

class planner {
public:
  planner() = default;
  /// @param offset_of is asked as long as the planner lives
  planner(plan_terms terms, zone_lookup offset_of);

  /// @param numbers_per_second what the numbers may send together
  [[nodiscard]] plan_step at(wall_time now, double numbers_per_second);

  /// A part's cursor moved; unknown parts are passed over.
  void moved(part_cursor to) noexcept;
  /// These are all parts with somebody left. @param cursors in the order of their parts
  void left(std::span<const part_cursor> cursors) noexcept;
  /// For a forecast.
  void assume_canary_passes() noexcept;
  /// So many were written to in this time, which the messaging limit counts.
  void sent(std::int64_t people, wall_time from, wall_time until);
  /// Whether it depends on the time of day who may get it.
  [[nodiscard]] bool goes_by_the_clock() const noexcept { return by_the_clock_; }
  [[nodiscard]] const plan_terms& terms() const noexcept { return terms_; }

private:
  struct place_hours {
    opening now;
    bool by_main_zone = false; ///< its zones have no open moment in common
  };

  void look_at_places(wall_time now);
  void look_at_canary(wall_time now);
  [[nodiscard]] std::span<const std::string> zones_of(std::size_t place) const;
  [[nodiscard]] plan_step::part look_at(const plan_part& part, std::size_t place,
                                        wall_time now) const;
  [[nodiscard]] bool waits_for_canary(const plan_part& part, wall_time now) const noexcept;
  [[nodiscard]] std::chrono::milliseconds open_time(std::size_t place, wall_time from,
                                                    wall_time until) const;
  [[nodiscard]] std::chrono::milliseconds time_to_spread(std::size_t place, wall_time from,
                                                         wall_time now) const;
  [[nodiscard]] std::optional<double> spread_rate(const plan_step& step, wall_time now);
  void bind(plan_step& step, wall_time now, double numbers_per_second);
  void bind_tier(plan_step& step, wall_time now);

  plan_terms terms_;
  zone_lookup offset_of_;
  std::optional<tier_ledger> tier_;
  bool by_the_clock_ = false;
  std::vector<std::size_t> place_of_; ///< of each part, into the terms' places
  std::vector<place_hours> hours_;    ///< of each place, at `looked_at_`
  wall_time looked_at_ = wall_time::max();
  wall_time places_change_at_ = wall_time::min();
  pacing_step pacing_; ///< at `looked_at_`
  std::optional<double> spread_;
  wall_time spread_at_ = wall_time::min();
  wall_time spread_ends_at_ = wall_time::min();
  wall_time rest_opens_at_ = wall_time::max(); ///< as far as one can tell
};

} // namespace stentor::core
