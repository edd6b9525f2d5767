#include "adapters/postgres/audience/list_places.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/client/text_list.hpp"
#include "adapters/postgres/contact/places.hpp"
#include "stentor/core/contact/place_join.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stentor::postgres {

namespace {

core::result<std::vector<core::listed_place>>
listed_places(connection& db, const std::map<std::int32_t, std::int64_t>& people) {
  std::vector<std::int32_t> wanted;
  wanted.reserve(people.size());
  for (const auto& [place, count] : people)
    wanted.push_back(place);
  auto r = db.call("plan_places", std::move(params{}.int4_array(wanted)));
  if (!r)
    return r.error();
  std::vector<core::listed_place> all;
  for (const auto row : each(*r))
    if (const auto zones = row.text("zones"); !zones.empty()) {
      const auto no = row.id<std::int32_t>("no");
      all.push_back({.no = no,
                     .country = row.string("country"),
                     .zones = texts_in(zones),
                     .people = people.at(no)});
    }
  return all;
}

std::string spaced(const std::vector<std::string>& zones) {
  std::string all;
  for (const auto& zone : zones)
    all.append(all.empty() ? "" : " ").append(zone);
  return all;
}

} // namespace

core::result<bool> join_list_places(connection& db, const locked_campaign& c,
                                    const std::map<std::int32_t, std::int64_t>& people,
                                    core::wall_time starts, const ports::time_zones& zones) {
  if (people.size() <= core::list_places_most)
    return false;
  auto listed = listed_places(db, people);
  if (!listed)
    return listed.error();
  // Nobody knows where the others are: they are in one place already.
  const auto most =
      core::list_places_most - std::min(people.size() - listed->size(), core::list_places_most);
  const auto joined = core::join_places(
      std::move(*listed), most,
      {.of_country = [&](std::string_view country) { return zones.zones_of(country); },
       .offset_of =
           [&](std::string_view zone) {
             const auto offset = zones.offset(zone, starts);
             return offset ? offset->offset : std::chrono::seconds{0};
           }});
  places known{zones};
  for (const auto& one : joined)
    known.want(one.country, spaced(one.zones));
  if (auto s = known.find(db); !s)
    return s.error();
  std::vector<std::int32_t> from;
  std::vector<std::int32_t> to;
  for (const auto& one : joined)
    if (const auto number = known.number_of(one.country, spaced(one.zones)); number != 0)
      for (const auto place : one.of) {
        from.push_back(place);
        to.push_back(number);
      }
  if (from.empty())
    return false;
  if (auto s =
          on_list(db, c, "list_join_places", std::move(params{}.int4_array(from).int4_array(to)));
      !s)
    return s.error();
  return true;
}

core::status join_list_moments(connection& db, const locked_campaign& c,
                               const std::set<std::int64_t>& moments, std::size_t most) {
  const std::vector<std::int64_t> from{moments.begin(), moments.end()};
  const auto to = core::join_moments(from, most);
  return on_list(db, c, "list_join_moments", std::move(params{}.int8_array(from).int8_array(to)));
}

} // namespace stentor::postgres
