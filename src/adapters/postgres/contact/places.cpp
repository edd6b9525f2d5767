#include "adapters/postgres/contact/places.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/contact/place.hpp"

#include <vector>

namespace stentor::postgres {

void places::want(std::string_view country, std::string_view time_zone) {
  wanted_ =
      known_.try_emplace(key{std::string{country}, std::string{time_zone}}, 0).second || wanted_;
}

std::string places::zones_of(const key& k) const {
  if (!k.second.empty())
    return k.second;
  std::string all;
  for (const auto& zone : zones_.zones_of(k.first))
    all.append(all.empty() ? "" : " ").append(zone);
  return all;
}

core::status places::find_countries(connection& db) {
  for (char first = 'A'; first <= 'Z'; ++first)
    for (char second = 'A'; second <= 'Z'; ++second)
      if (const std::string country{first, second}; !zones_.zones_of(country).empty())
        want(country, "");
  want(core::unknown_country, "");
  return find(db);
}

core::status places::find(connection& db) {
  if (!wanted_)
    return core::ok{};
  // The zone of a country that has one only is the country's.
  std::map<key, std::int32_t> asked;
  for (const auto& [k, no] : known_)
    if (no == 0)
      asked.emplace(key{k.first, zones_of(k)}, 0);
  std::vector<std::string> countries;
  std::vector<std::string> zones;
  for (const auto& [k, no] : asked) {
    countries.push_back(k.first);
    zones.push_back(k.second);
  }
  auto found =
      db.call("contact_places", std::move(params{}.text_array(countries).text_array(zones)));
  if (!found)
    return found.error();
  for (const auto row : each(*found)) {
    const auto at = static_cast<std::size_t>(row.integer("ord")) - 1;
    asked[{countries[at], zones[at]}] = row.id<std::int32_t>("no");
  }
  for (auto& [k, no] : known_)
    if (no == 0)
      no = asked[{k.first, zones_of(k)}];
  wanted_ = false;
  return core::ok{};
}

std::int32_t places::number_of(std::string_view country, std::string_view time_zone) const {
  const auto at = known_.find(key{std::string{country}, std::string{time_zone}});
  return at == known_.end() ? 0 : at->second;
}

} // namespace stentor::postgres
