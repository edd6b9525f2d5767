#include "adapters/postgres/campaign/plan_terms.hpp"

#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/contact/place.hpp"

#include <algorithm>

namespace stentor::postgres {

namespace {

core::status read_parts(connection& db, core::campaign_no campaign, core::plan_terms& terms) {
  auto r = db.call("plan_parts", params{}.integer(campaign));
  if (!r)
    return r.error();
  for (const auto row : each(*r))
    terms.parts.push_back({.no = row.id<core::part_no>("part"),
                           .from = row.id<core::recipient_seq>("from_seq"),
                           .to = row.id<core::recipient_seq>("to_seq"),
                           .next = row.id<core::recipient_seq>("next_seq"),
                           .place = row.id<core::place_no>("place"),
                           .opens_at = row.time("opens_at")});
  return core::ok{};
}

/// The main zone first; of a place without zones that of the organization.
std::vector<std::string> zones_in(std::string_view list, std::string_view country,
                                  const core::policy& policy) {
  std::vector<std::string> zones;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    zones.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  if (zones.empty())
    zones.push_back(policy.time_zone);
  if (const auto main = policy.main_zones.find(country); main != policy.main_zones.end()) {
    const auto at = std::find(zones.begin(), zones.end(), main->second);
    if (at != zones.end())
      std::rotate(zones.begin(), at, at + 1);
  }
  return zones;
}

core::status read_places(connection& db, core::campaign_no campaign, const core::policy& policy,
                         bool has_quiet_hours, core::plan_terms& terms) {
  const auto quiet = [&](std::string_view country) {
    return has_quiet_hours ? policy.quiet_hours_in(country) : std::vector<core::quiet_span>{};
  };
  auto r = db.call("plan_places", params{}.integer(campaign));
  if (!r)
    return r.error();
  terms.places.push_back({.no = 0,
                          .country = std::string{core::unknown_country},
                          .zones = {policy.time_zone},
                          .quiet = quiet(core::unknown_country)});
  for (const auto row : each(*r)) {
    const auto country = row.text("country");
    terms.places.push_back({.no = row.id<core::place_no>("no"),
                            .country = std::string{country},
                            .zones = zones_in(row.text("zones"), country, policy),
                            .quiet = quiet(country)});
  }
  return core::ok{};
}

} // namespace

core::result<core::plan_terms> load_plan_terms(connection& db, core::campaign_no campaign) {
  auto c = load_campaign(db, campaign);
  if (!c)
    return c.error();
  auto facts = db.call("plan_facts", params{}.integer(campaign));
  if (!facts)
    return facts.error();
  if (facts->empty())
    return core::error{core::errc::not_found, "there is no campaign " + std::to_string(campaign)};
  const row_reader row{*facts};
  const auto policy = load_policy(db, c->organization);
  if (!policy)
    return policy.error();
  core::plan_terms terms;
  terms.window = std::move(c->window);
  terms.expires_at = c->expires_at;
  terms.rate_per_minute = c->rate_limit_per_minute;
  terms.spread_until = row.time("spread_until");
  if (auto s = read_parts(db, campaign, terms); !s)
    return s.error();
  if (auto s = read_places(db, campaign, *policy, row.boolean("is_marketing"), terms); !s)
    return s.error();
  return terms;
}

} // namespace stentor::postgres
