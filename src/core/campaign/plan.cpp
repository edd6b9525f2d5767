/// See plan.hpp. Openings are kept until they change, so that a look costs one pass over the parts.
#include "stentor/core/campaign/plan.hpp"

#include "stentor/core/contact/place.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace stentor::core {

using std::chrono::milliseconds;

namespace {

/// A spreading's rate holds for a hundredth of the time that is left, and at least for this.
constexpr milliseconds spread_renewed{10'000};
constexpr std::chrono::seconds spread_reserve{60};
constexpr std::chrono::seconds spread_least{60}; ///< it never reckons with less time than this

} // namespace

planner::planner(plan_terms terms, zone_lookup offset_of)
    : terms_{std::move(terms)}, offset_of_{std::move(offset_of)} {
  auto& places = terms_.places;
  for (const auto& part : terms_.parts) {
    auto found = std::find_if(places.begin(), places.end(),
                              [&](const auto& place) { return place.no == part.place; });
    if (found == places.end())
      found = places.insert(places.end(), {.no = part.place,
                                           .country = std::string{unknown_country},
                                           .zones = {"UTC"},
                                           .quiet = {}});
    place_of_.push_back(static_cast<std::size_t>(found - places.begin()));
  }
  hours_.resize(places.size());
  by_the_clock_ =
      terms_.window.has_value() ||
      std::ranges::any_of(places, [](const auto& p) { return !p.quiet.empty(); }) ||
      std::ranges::any_of(terms_.parts, [](const auto& p) { return p.opens_at.has_value(); });
  if (terms_.tier)
    tier_.emplace(*terms_.tier);
}

void planner::moved(part_cursor to) noexcept {
  const auto found = std::lower_bound(terms_.parts.begin(), terms_.parts.end(), to.part,
                                      [](const plan_part& one, part_no no) { return one.no < no; });
  if (found != terms_.parts.end() && found->no == to.part)
    found->next = to.next;
}

void planner::left(std::span<const part_cursor> cursors) noexcept {
  auto cursor = cursors.begin();
  for (auto& part : terms_.parts) {
    while (cursor != cursors.end() && cursor->part < part.no)
      ++cursor;
    part.next = cursor != cursors.end() && cursor->part == part.no ? cursor->next : part.to + 1;
  }
}

void planner::assume_canary_passes() noexcept {
  if (terms_.canary)
    terms_.canary->assume_passed = true;
}

std::span<const std::string> planner::zones_of(std::size_t place) const {
  const std::span<const std::string> all = terms_.places[place].zones;
  return hours_[place].by_main_zone ? all.first(1) : all;
}

/// Only those whose opening may have changed; all when the clock went back.
void planner::look_at_places(wall_time now) {
  const bool anew = now < looked_at_ || looked_at_ == wall_time::max();
  looked_at_ = now;
  if (!anew && now < places_change_at_)
    return;
  places_change_at_ = wall_time::max();
  for (std::size_t i = 0; i < hours_.size(); ++i) {
    const auto& place = terms_.places[i];
    if (anew)
      hours_[i].by_main_zone =
          place.zones.size() > 1 &&
          !have_open_hours(terms_.window, place.quiet, place.zones, now, offset_of_);
    if (anew || now >= hours_[i].now.changes_at)
      hours_[i].now = open_at(terms_.window, place.quiet, zones_of(i), now, offset_of_);
    places_change_at_ = std::min(places_change_at_, hours_[i].now.changes_at);
  }
}

bool planner::waits_for_canary(const plan_part& part, wall_time now) const noexcept {
  return terms_.canary && part.stage != stage::canary && now < rest_opens_at_;
}

/// From when on the rest may go.
void planner::look_at_canary(wall_time now) {
  if (!terms_.canary)
    return;
  const bool all_claimed =
      std::none_of(terms_.parts.begin(), terms_.parts.end(), [](const plan_part& part) {
        return part.stage == stage::canary && part.left() > 0;
      });
  auto& canary = *terms_.canary;
  if (all_claimed && !canary.claimed_at)
    canary.claimed_at = now;
  rest_opens_at_ =
      all_claimed && canary.assume_passed ? *canary.claimed_at + canary.settle : wall_time::max();
}

plan_step::part planner::look_at(const plan_part& part, std::size_t place, wall_time now) const {
  plan_step::part seen{.no = part.no, .left = part.left()};
  if (terms_.expires_at && now >= *terms_.expires_at) {
    seen.closed_by = limit::deadline;
    return seen;
  }
  const auto& hours = hours_[place].now;
  seen.closed_by = hours.closed_by;
  seen.changes_at = hours.changes_at;
  if (waits_for_canary(part, now)) {
    seen.closed_by = limit::stage;
    seen.changes_at = rest_opens_at_;
  }
  if (seen.closed_by == limit::none && part.opens_at && now < *part.opens_at) {
    seen.closed_by = limit::opens_at;
    seen.changes_at = std::min(seen.changes_at, *part.opens_at);
  }
  if (seen.closed_by == limit::none && pacing_.share == 0) {
    seen.closed_by = limit::pacing;
    seen.changes_at = std::min(seen.changes_at, pacing_.changes_at);
  }
  if (seen.closed_by == limit::none && terms_.quality.of_template <= 0)
    seen.closed_by = limit::quality;
  if (terms_.expires_at)
    seen.changes_at = std::min(seen.changes_at, *terms_.expires_at);
  return seen;
}

/// In which people of the place may be written to.
milliseconds planner::open_time(std::size_t place, wall_time from, wall_time until) const {
  milliseconds open{0};
  for (auto at = from; at < until;) {
    const auto hours =
        open_at(terms_.window, terms_.places[place].quiet, zones_of(place), at, offset_of_);
    const auto next = std::clamp(hours.changes_at, at + milliseconds{1}, until);
    if (hours.is_open())
      open += next - at;
    at = next;
  }
  return open;
}

/// How much open time a place has left of its spreading, which began at `from`.
milliseconds planner::time_to_spread(std::size_t place, wall_time from, wall_time now) const {
  const auto& spread = *terms_.spread;
  if (spread.until)
    return open_time(place, now, *spread.until);
  auto used = milliseconds{0};
  for (const auto& [paused, resumed] : spread.pauses) {
    used += open_time(place, from, std::min(paused, now));
    from = std::max(from, resumed);
  }
  return *spread.over - std::min(*spread.over, used + open_time(place, from, now));
}

/// Of each place, its people left by the seconds that are left. The last of them are kept in hand:
/// often a window closes then, and who is late waits until tomorrow.
std::optional<double> planner::spread_rate(const plan_step& step, wall_time now) {
  if (!terms_.spread || step.left_open == 0)
    return std::nullopt;
  if (spread_ && now >= spread_at_ && now < spread_ends_at_)
    return spread_;
  std::map<std::pair<std::size_t, wall_time>, milliseconds> known;
  auto least = milliseconds::max();
  spread_ = 0;
  for (std::size_t i = 0; i < step.parts.size(); ++i) {
    if (step.parts[i].closed_by != limit::none || step.parts[i].left == 0)
      continue;
    const auto from = std::max(terms_.spread->from, terms_.parts[i].opens_at.value_or(wall_time{}));
    const auto [found, is_new] = known.try_emplace({place_of_[i], from});
    if (is_new)
      found->second = std::max<milliseconds>(
          time_to_spread(place_of_[i], from, now) - spread_reserve, spread_least);
    least = std::min(least, found->second);
    *spread_ += static_cast<double>(step.parts[i].left) /
                std::chrono::duration<double>(found->second).count();
  }
  spread_at_ = now;
  spread_ends_at_ = std::min(now + std::max(spread_renewed, least / 100), step.look_again);
  return spread_;
}

void planner::sent(std::int64_t people, wall_time from, wall_time until) {
  if (tier_)
    tier_->take(people, from, until);
}

/// Parts stay open: who counts already may be tried again, and whose window is open.
void planner::bind_tier(plan_step& step, wall_time now) {
  if (!tier_)
    return;
  step.people_free = tier_->free_at(now);
  step.look_again = std::min(step.look_again, tier_->changes_at());
  if (*step.people_free > 0 || step.left_open == 0)
    return;
  step.per_second = 0;
  step.binding = limit::tier;
}

/// Whatever gives the least binds.
void planner::bind(plan_step& step, wall_time now, double numbers_per_second) {
  step.per_second = numbers_per_second;
  step.binding = limit::numbers;
  const auto at_most = [&](double per_second, limit by) {
    if (per_second > step.per_second || (per_second == step.per_second && by > step.binding))
      return;
    step.per_second = per_second;
    step.binding = by;
  };
  const auto own_at_most = [&](std::int32_t per_minute) {
    step.own_per_minute = std::min(step.own_per_minute.value_or(per_minute), per_minute);
  };
  if (terms_.rate_per_minute) {
    own_at_most(*terms_.rate_per_minute);
    at_most(*terms_.rate_per_minute / 60.0, limit::rate);
  }
  if (const auto spread = spread_rate(step, now)) {
    const auto per_minute = std::max(1, static_cast<std::int32_t>(std::ceil(*spread * 60)));
    own_at_most(per_minute);
    at_most(per_minute / 60.0, limit::spread);
    step.look_again = std::min(step.look_again, spread_ends_at_);
  }
  const auto share_of_numbers = [&](double share, limit by) {
    const auto per_minute = std::max(1, static_cast<std::int32_t>(share * numbers_per_second * 60));
    own_at_most(per_minute);
    at_most(per_minute / 60.0, by);
  };
  if (pacing_.share > 0 && pacing_.share < 1) {
    share_of_numbers(pacing_.share, limit::pacing);
    step.look_again = std::min(step.look_again, pacing_.changes_at);
  }
  // Each number keeps its own share by itself; here it is only known.
  const auto& quality = terms_.quality;
  if (quality.numbers < 1)
    at_most(quality.numbers * numbers_per_second, limit::quality);
  if (quality.of_template > 0 && quality.of_template < 1)
    share_of_numbers(quality.of_template * quality.numbers, limit::quality);
}

plan_step planner::at(wall_time now, double numbers_per_second) {
  look_at_places(now);
  pacing_ = pacing_at(terms_.pacing, now);
  look_at_canary(now);
  plan_step step;
  step.any_open = terms_.parts.empty(); // a list of nobody waits for nothing
  step.parts.reserve(terms_.parts.size());
  auto nearest = limit::none; // what closes the parts that have people
  for (std::size_t i = 0; i < terms_.parts.size(); ++i) {
    const auto seen = look_at(terms_.parts[i], place_of_[i], now);
    const bool open = seen.closed_by == limit::none;
    step.any_open = step.any_open || open;
    step.all_open = step.all_open && open;
    step.left += seen.left;
    if (open)
      step.left_open += seen.left;
    else if (seen.left > 0)
      nearest = std::min(nearest, seen.closed_by);
    step.look_again = std::min(step.look_again, seen.changes_at);
    step.parts.push_back(seen);
  }
  bind(step, now, numbers_per_second);
  bind_tier(step, now);
  if (step.left_open == 0) {
    step.per_second = 0;
    step.binding = nearest;
  }
  return step;
}

} // namespace stentor::core
