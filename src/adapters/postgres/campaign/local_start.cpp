#include "adapters/postgres/campaign/local_start.hpp"

#include "adapters/postgres/audience/list_parts.hpp"
#include "adapters/postgres/campaign/plan_terms.hpp"
#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

namespace {

using all_starts = std::map<std::int32_t, core::place_start>;

core::result<all_starts> starts_of(connection& db, const locked_campaign& c,
                                   const local_schedule& schedule, const core::policy& policy,
                                   const ports::time_zones& zones) {
  const auto people = people_by_place(db, c);
  if (!people)
    return people.error();
  return starts_in(db, schedule, policy, zones, *people);
}

} // namespace

core::result<std::optional<local_schedule>> load_local_schedule(connection& db,
                                                                core::campaign_no campaign) {
  auto r = db.call("local_start_terms", params{}.integer(campaign));
  if (!r)
    return r.error();
  if (r->empty())
    return std::optional<local_schedule>{};
  const row_reader row{*r};
  const auto time = core::local_time_from(row.text("scheduled_local"));
  if (!time)
    return std::optional<local_schedule>{};
  return std::optional{local_schedule{
      .time = *time,
      .past = core::past_places_from(row.text("past_places")).value_or(core::past_places::next_day),
      .now = row.time("now").value_or(core::wall_time{})}};
}

core::result<all_starts> starts_in(connection& db, const local_schedule& schedule,
                                   const core::policy& policy, const ports::time_zones& zones,
                                   const std::map<std::int32_t, std::int64_t>& people) {
  std::vector<std::int32_t> places;
  places.reserve(people.size());
  for (const auto& [place, count] : people)
    places.push_back(place);
  const auto known = load_plan_places(db, policy, false, places);
  if (!known)
    return known.error();
  const auto lookup = ports::lookup_in(zones);
  all_starts starts;
  for (const auto& place : *known)
    starts[place.no] =
        core::start_in(place.zones, schedule.time, schedule.past, schedule.now, lookup);
  return starts;
}

core::status skip_past_places(connection& db, const locked_campaign& c, const core::policy& policy,
                              const ports::time_zones& zones) {
  const auto schedule = load_local_schedule(db, c.no);
  if (!schedule)
    return schedule.error();
  if (!*schedule || !c.has_list())
    return core::ok{};
  if (auto s = place_customers(db, c); !s)
    return s;
  if ((*schedule)->past != core::past_places::skip)
    return core::ok{};
  const auto starts = starts_of(db, c, **schedule, policy, zones);
  if (!starts)
    return starts.error();
  std::vector<std::int32_t> skipped;
  for (const auto& [place, start] : *starts)
    if (start.skipped)
      skipped.push_back(place);
  if (skipped.empty())
    return core::ok{};
  return on_list(db, c, "list_skip_places", std::move(params{}.int4_array(skipped)));
}

core::status open_locally(connection& db, const locked_campaign& c, const core::policy& policy,
                          const ports::time_zones& zones) {
  const auto schedule = load_local_schedule(db, c.no);
  if (!schedule)
    return schedule.error();
  if (!*schedule || !c.has_list())
    return core::ok{};
  const auto starts = starts_of(db, c, **schedule, policy, zones);
  if (!starts)
    return starts.error();
  if (starts->empty())
    return core::ok{};
  std::vector<std::int32_t> places;
  std::vector<std::int64_t> at;
  for (const auto& [place, start] : *starts) {
    places.push_back(place);
    at.push_back(start.at.time_since_epoch().count());
  }
  if (auto s = db.execute("local_start_open",
                          std::move(params{}.integer(c.no).int4_array(places).int8_array(at)));
      !s)
    return s;
  return db.execute("local_start_schedule", params{}.integer(c.no));
}

} // namespace stentor::postgres
