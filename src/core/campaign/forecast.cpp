/// See forecast.hpp.
#include "stentor/core/campaign/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace stentor::core {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::days days_most{400};
constexpr int steps_most = 20'000;

class walk {
public:
  walk(planner plan, wall_time from, double numbers_per_second, const std::string& day_zone,
       const zone_lookup& offset_of)
      : plan_{std::move(plan)}, at_{from}, per_second_{numbers_per_second}, day_zone_{day_zone},
        offset_of_{offset_of} {
    result_.until = from + days_most;
  }

  forecast run() && {
    for (int steps = 0; steps < steps_most && at_ < result_.until; ++steps)
      if (!step())
        break;
    result_.until = at_;
    binds_most();
    return std::move(result_);
  }

private:
  /// False when nothing more will happen.
  bool step() {
    const auto now = plan_.at(at_, per_second_);
    result_.left = now.left;
    if (now.left == 0) {
      result_.finish = at_;
      return false;
    }
    const auto next = std::min(now.look_again, result_.until);
    if (now.left_open == 0 || now.per_second <= 0) {
      if (now.look_again == wall_time::max()) { // the deadline has passed, or no number sends
        result_.binding = now.binding;
        return false;
      }
      result_.time_by_limit[now.binding] += next - at_;
      at_ = next;
      return true;
    }
    if (!result_.first_message)
      result_.first_message = at_;
    const auto open = std::min(now.left_open, now.people_free.value_or(now.left_open));
    const auto needed = milliseconds{
        static_cast<std::int64_t>(std::ceil(1'000.0 * static_cast<double>(open) / now.per_second))};
    const auto whole = needed <= next - at_;
    const auto end = std::max(whole ? at_ + needed : next, at_ + milliseconds{1});
    const auto seconds = std::chrono::duration<double>(end - at_).count();
    carried_ += seconds * now.per_second;
    const auto people = whole ? open : std::min(open, static_cast<std::int64_t>(carried_));
    carried_ = whole ? 0 : carried_ - static_cast<double>(people);
    send(now, people);
    plan_.sent(people, at_, end);
    book(people, end);
    result_.time_by_limit[now.binding] += end - at_;
    at_ = end;
    return true;
  }

  /// Claims take the parts in their order.
  void send(const plan_step& now, std::int64_t people) {
    for (std::size_t i = 0; i < now.parts.size() && people > 0; ++i) {
      if (now.parts[i].closed_by != limit::none)
        continue;
      const auto taken = std::min(people, now.parts[i].left);
      const auto& part = plan_.terms().parts[i];
      plan_.moved({part.no, static_cast<recipient_seq>(part.next + taken)});
      people -= taken;
    }
  }

  /// A step that reaches over midnight is divided by its length.
  void book(std::int64_t people, wall_time end) {
    result_.people += people;
    auto left = people;
    auto at = at_;
    while (at < end) {
      const auto zone = offset_of_(day_zone_, at);
      const auto day = std::chrono::floor<std::chrono::days>(at + zone.offset);
      const auto day_ends = std::min<wall_time>(end, day + std::chrono::days{1} - zone.offset);
      const auto share =
          std::chrono::duration<double>(day_ends - at) / std::chrono::duration<double>(end - at_);
      const auto part = day_ends >= end ? left
                                        : std::min(left, static_cast<std::int64_t>(std::llround(
                                                             share * static_cast<double>(people))));
      add(std::chrono::year_month_day{day}, part);
      left -= part;
      at = std::max(day_ends, at + milliseconds{1});
    }
  }

  void add(std::chrono::year_month_day date, std::int64_t people) {
    if (people == 0)
      return;
    if (result_.days.empty() || result_.days.back().date != date)
      result_.days.push_back({date, 0});
    result_.days.back().people += people;
  }

  void binds_most() {
    milliseconds most{0};
    for (const auto& [by, time] : result_.time_by_limit)
      if (time > most) {
        most = time;
        result_.binding = by;
      }
  }

  planner plan_;
  wall_time at_;
  double per_second_;
  const std::string& day_zone_;
  const zone_lookup& offset_of_;
  double carried_ = 0; ///< of a person, from one step to the next
  forecast result_;
};

} // namespace

forecast forecast_of(planner plan, wall_time from, double numbers_per_second,
                     const std::string& day_zone, const zone_lookup& offset_of) {
  plan.assume_canary_passes();
  return walk{std::move(plan), from, numbers_per_second, day_zone, offset_of}.run();
}

std::optional<wall_time> next_opening(planner plan, wall_time from, double numbers_per_second) {
  auto at = from;
  for (int steps = 0; steps < steps_most && at < from + days_most; ++steps) {
    const auto seen = plan.at(at, numbers_per_second);
    if (seen.left_open > 0 && seen.per_second > 0)
      return at;
    if (seen.look_again == wall_time::max())
      return std::nullopt;
    at = std::max(seen.look_again, at + milliseconds{1});
  }
  return std::nullopt;
}

std::optional<wall_time> finish_without(limit binding, const plan_terms& terms, wall_time from,
                                        double numbers_per_second, const zone_lookup& offset_of) {
  auto lifted = terms;
  switch (binding) {
  case limit::window:
    lifted.window.reset();
    break;
  case limit::quiet_hours:
    for (auto& place : lifted.places)
      place.quiet.clear();
    break;
  case limit::opens_at:
    for (auto& part : lifted.parts)
      part.opens_at.reset();
    break;
  case limit::stage:
    lifted.canary.reset();
    break;
  case limit::spread:
    lifted.spread.reset();
    break;
  case limit::rate:
    lifted.rate_per_minute.reset();
    break;
  case limit::pacing:
    lifted.pacing = {};
    break;
  case limit::tier:
    lifted.tier.reset();
    break;
  case limit::quality:
    lifted.quality = {};
    break;
  default:
    return std::nullopt;
  }
  const auto utc = std::string{"UTC"};
  return forecast_of(planner{std::move(lifted), offset_of}, from, numbers_per_second, utc,
                     offset_of)
      .finish;
}

} // namespace stentor::core
