/// See plan.hpp.

#include "api/campaign/plan.hpp"

#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/campaign/forecast.hpp"
#include "stentor/ports/campaign/campaign_planning.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <algorithm>

namespace stentor::api {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t parts_max = 1'000; ///< shown

ordered_json time_or_null(const std::optional<core::wall_time>& time) {
  return time ? ordered_json(core::to_text(*time)) : ordered_json{};
}

std::string date_text(std::chrono::year_month_day date) {
  return core::to_text(core::wall_time{std::chrono::sys_days{date}}).substr(0, 10);
}

double seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

ordered_json limit_or_null(core::limit l) {
  return l == core::limit::none ? ordered_json{} : ordered_json(core::to_string(l));
}

/// From when on the planner is asked: a time that has not come is waited for.
core::wall_time begin_of(const ports::planned_campaign& planned, core::wall_time now) {
  return planned.status == core::campaign_status::draft ||
                 planned.status == core::campaign_status::scheduled
             ? std::max(now, planned.starts_at.value_or(now))
             : now;
}

shown_forecast forecast_of(const context& c, const ports::planned_campaign& planned) {
  if (planned.terms.parts.empty())
    return {};
  const auto lookup = ports::lookup_in(*c.s.zones);
  const auto from = begin_of(planned, c.now());
  const auto seen = core::forecast_of(core::planner{planned.terms, lookup}, from,
                                      planned.per_second, planned.time_zone, lookup);
  ordered_json out;
  out["firstMessage"] = time_or_null(seen.first_message);
  out["finish"] = time_or_null(seen.finish);
  out["people"] = seen.people;
  out["left"] = seen.left;
  out["binding"] = limit_or_null(seen.binding);
  out["days"] = ordered_json::array();
  for (const auto& day : seen.days)
    out["days"].push_back({{"date", date_text(day.date)}, {"people", day.people}});
  out["secondsByLimit"] = ordered_json::object();
  for (const auto& [by, time] : seen.time_by_limit)
    out["secondsByLimit"][std::string{core::to_string(by)}] = seconds(time);
  out["without"] = ordered_json::object();
  if (const auto finish =
          core::finish_without(seen.binding, planned.terms, from, planned.per_second, lookup))
    out["without"][std::string{core::to_string(seen.binding)}] = core::to_text(*finish);
  shown_forecast all{.json = std::move(out), .seconds = {}};
  if (seen.finish && seen.first_message)
    all.seconds = seconds(*seen.finish - *seen.first_message);
  return all;
}

ordered_json part_json(const core::plan_step::part& seen, const core::plan_place& place) {
  ordered_json out;
  out["part"] = seen.no;
  out["country"] = place.country;
  out["timeZones"] = place.zones;
  out["left"] = seen.left;
  out["open"] = seen.closed_by == core::limit::none;
  out["closedBy"] = limit_or_null(seen.closed_by);
  out["changesAt"] = seen.changes_at == core::wall_time::max()
                         ? ordered_json{}
                         : ordered_json(core::to_text(seen.changes_at));
  return out;
}

/// What holds a campaign beside its plan.
core::limit held_by(core::campaign_status s, bool freezing) {
  if (freezing)
    return core::limit::freezing;
  switch (s) {
  case core::campaign_status::draft:
  case core::campaign_status::scheduled:
    return core::limit::start;
  case core::campaign_status::paused:
    return core::limit::paused;
  default:
    return core::limit::none;
  }
}

ordered_json now_json(const context& c, const ports::planned_campaign& planned) {
  core::planner plan{planned.terms, ports::lookup_in(*c.s.zones)};
  const auto step = plan.at(c.now(), planned.per_second);
  const auto held = held_by(planned.status, planned.freezing);
  ordered_json now;
  now["limitedBy"] = limit_or_null(held == core::limit::none ? step.binding : held);
  now["perSecond"] = held == core::limit::none ? step.per_second : 0;
  now["left"] = step.left;
  now["leftOpen"] = step.left_open;
  now["parts"] = ordered_json::array();
  const auto& places = plan.terms().places;
  for (std::size_t i = 0; i < std::min(step.parts.size(), parts_max); ++i) {
    const auto place = std::find_if(places.begin(), places.end(), [&](const auto& one) {
      return one.no == plan.terms().parts[i].place;
    });
    now["parts"].push_back(part_json(step.parts[i], *place));
  }
  return now;
}

} // namespace

core::result<std::string> show_plan(const context& c, const ports::principal& who,
                                    std::string_view id) {
  const auto planned = c.s.planning->plan(who, id);
  if (!planned)
    return planned.error();
  ordered_json out;
  out["status"] = core::to_string(planned->status);
  out["now"] = now_json(c, *planned);
  out["forecast"] = forecast_of(c, *planned).json;
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string with_limit(const context& c, const ports::principal& who, std::string_view id,
                       std::string campaign_json) {
  const auto campaign = nlohmann::json::parse(campaign_json);
  const auto status = core::campaign_status_from(campaign.at("status").get<std::string>());
  const bool freezing = campaign.value("phase", nlohmann::json{}) == "freezing";
  auto by = status ? held_by(*status, freezing) : core::limit::none;
  std::optional<core::wall_time> until;
  if (const auto& time = campaign.at("scheduledFor");
      status == core::campaign_status::scheduled && time.is_string())
    until = core::wall_time_from(time.get_ref<const std::string&>());
  // Only what sends has a plan that says more, and the plan of a long list costs.
  if (status == core::campaign_status::sending) {
    if (const auto planned = c.s.planning->plan(who, id)) {
      core::planner plan{planned->terms, ports::lookup_in(*c.s.zones)};
      const auto now = c.now();
      const auto step = plan.at(now, planned->per_second);
      by = step.binding;
      if (step.left > 0 && step.left_open == 0)
        until = core::next_opening(std::move(plan), now, planned->per_second);
    }
  }
  ordered_json limit;
  limit["limitedBy"] = limit_or_null(by);
  limit["limitedUntil"] = time_or_null(until);
  campaign_json.pop_back();
  return campaign_json + ", " + limit.dump().substr(1);
}

core::result<shown_forecast> show_forecast(const context& c, const ports::principal& who,
                                           std::string_view id) {
  const auto planned = c.s.planning->plan(who, id);
  if (!planned)
    return planned.error();
  return forecast_of(c, *planned);
}

} // namespace stentor::api
