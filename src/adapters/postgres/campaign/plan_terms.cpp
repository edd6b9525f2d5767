#include "adapters/postgres/campaign/plan_terms.hpp"

#include "adapters/postgres/audience/list_parts.hpp"
#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/local_start.hpp"
#include "adapters/postgres/campaign/plan_row.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/client/integer_list.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/client/text_list.hpp"
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
                           .opens_at = row.time("opens_at"),
                           .stage = row.id<core::stage>("stage")});
  return core::ok{};
}

/// The main zone first; of a place without zones that of the organization.
std::vector<std::string> zones_in(std::string_view list, std::string_view country,
                                  const core::policy& policy) {
  auto zones = list.empty() ? std::vector{policy.time_zone} : texts_in(list);
  if (const auto main = policy.main_zones.find(country); main != policy.main_zones.end()) {
    const auto at = std::find(zones.begin(), zones.end(), main->second);
    if (at != zones.end())
      std::rotate(zones.begin(), at, at + 1);
  }
  return zones;
}

/// One after the other, as order_list() would make them: of each place as many go first as chance
/// will choose on average.
void foresee_parts(std::map<std::int32_t, std::int64_t> people, bool by_place,
                   const std::map<std::int32_t, core::place_start>& starts, std::int64_t first,
                   core::plan_terms& terms) {
  std::erase_if(people, [&](const auto& of_place) {
    const auto start = starts.find(of_place.first);
    return start != starts.end() && start->second.skipped;
  });
  std::int64_t all = 0;
  for (const auto& [place, count] : people)
    all += count;
  if (!by_place)
    people = {{0, all}};
  const bool has_canary = first > 0 && all > first;
  const auto go_first = [&](std::int64_t count) {
    return has_canary ? (count * first + all / 2) / all : 0;
  };
  core::recipient_seq next = 1;
  const auto add = [&](core::place_no place, std::int64_t count, core::stage stage) {
    if (count == 0)
      return;
    const auto start = starts.find(place);
    const auto last = static_cast<core::recipient_seq>(next + count - 1);
    terms.parts.push_back(
        {.no = static_cast<core::part_no>(terms.parts.size() + 1),
         .from = next,
         .to = last,
         .next = next,
         .place = place,
         .opens_at = start == starts.end() ? std::nullopt : std::optional{start->second.at},
         .stage = stage});
    next = last + 1;
  };
  for (const auto& [place, count] : people)
    add(place, go_first(count), core::stage::canary);
  for (const auto& [place, count] : people)
    add(place, count - go_first(count), core::stage::rest);
  if (!has_canary)
    terms.canary.reset();
}

/// Of a campaign that has not started.
core::status foresee(connection& db, core::campaign_no campaign, bool by_place,
                     const core::policy& policy, const ports::time_zones& zones, std::int64_t first,
                     core::plan_terms& terms) {
  const auto schedule = load_local_schedule(db, campaign);
  if (!schedule)
    return schedule.error();
  auto people = people_by_place(db, campaign);
  if (!people)
    return people.error();
  std::map<std::int32_t, core::place_start> starts;
  if (*schedule) {
    auto found = starts_in(db, **schedule, policy, zones, *people);
    if (!found)
      return found.error();
    starts = std::move(*found);
  }
  foresee_parts(std::move(*people), by_place || *schedule, starts, first, terms);
  return core::ok{};
}

/// While it is not decided, or, before the start, when the campaign wants one.
std::optional<core::canary_terms> canary_of(const row_reader& row, const core::plan_options& plan,
                                            const core::policy& policy, bool foresees) {
  if (foresees ? !plan.canary : !row.boolean("waits_for_canary"))
    return std::nullopt;
  const auto own = plan.canary ? plan.canary->settle : std::nullopt;
  return core::canary_terms{.settle = own ? std::chrono::milliseconds{*own} : policy.canary.settle,
                            .claimed_at = row.time("canary_claimed_at")};
}

std::optional<core::spread_terms> spread_of(const row_reader& row, const core::plan_options& plan) {
  if (!plan.spread)
    return std::nullopt;
  core::spread_terms spread{.over = plan.spread->over,
                            .until = plan.spread->until,
                            .from = row.time("runs_from").value_or(core::wall_time{}),
                            .pauses = {}};
  const auto ms = integers_in<std::int64_t>(row.text("pauses"));
  for (std::size_t i = 0; i + 1 < ms.size(); i += 2)
    spread.pauses.emplace_back(core::wall_time{std::chrono::milliseconds{ms[i]}},
                               core::wall_time{std::chrono::milliseconds{ms[i + 1]}});
  return spread;
}

core::status read_tier(connection& db, core::campaign_no campaign, core::plan_terms& terms) {
  auto r = db.call("plan_tier", params{}.integer(campaign));
  if (!r)
    return r.error();
  if (r->empty())
    return core::ok{};
  const row_reader row{*r};
  core::tier_terms tier;
  tier.may_use = row.integer("may_use");
  tier.period = std::chrono::minutes{row.integer("period_minutes")};
  tier.closed_until = row.time("closed_until").value_or(core::wall_time{});
  auto used =
      db.call("plan_tier_used",
              std::move(params{}.int4_array(integers_in<std::int32_t>(row.text("portfolios")))));
  if (!used)
    return used.error();
  for (const auto group : each(*used))
    tier.used.push_back({.until = group.time("until").value_or(core::wall_time{}),
                         .people = group.integer("people")});
  terms.tier = std::move(tier);
  return core::ok{};
}

core::result<core::plan_terms> load(connection& db, core::campaign_no campaign,
                                    const ports::time_zones* foreseen_in) {
  auto c = load_campaign(db, campaign);
  if (!c)
    return c.error();
  auto facts = db.call("plan_facts", params{}.integer(campaign));
  if (!facts)
    return facts.error();
  if (facts->empty())
    return core::error{core::errc::not_found, "there is no campaign " + std::to_string(campaign)};
  const row_reader row{*facts};
  const bool has_quiet_hours = row.boolean("has_quiet_hours");
  const auto policy = load_policy(db, c->organization);
  if (!policy)
    return policy.error();
  core::plan_terms terms;
  terms.window = std::move(c->window);
  terms.expires_at = c->expires_at;
  terms.rate_per_minute = c->rate_limit_per_minute;
  const auto plan = plan_of(row);
  terms.spread = spread_of(row, plan);
  terms.canary = canary_of(row, plan, *policy, foreseen_in != nullptr);
  terms.pacing = {.held_since = row.time("held_since"), .let_go_at = row.time("let_go_at")};
  terms.for_marketing = row.boolean("for_marketing");
  terms.quality = {.numbers = row.real("numbers_share"), .of_template = row.real("template_share")};
  if (auto s = read_tier(db, campaign, terms); !s)
    return s.error();
  const bool by_place = core::hours_differ(terms.window, *policy, has_quiet_hours);
  if (auto s = foreseen_in != nullptr
                   ? foresee(db, campaign, by_place, *policy, *foreseen_in,
                             core::people_first(plan.canary, policy->canary), terms)
                   : read_parts(db, campaign, terms);
      !s)
    return s.error();
  std::vector<core::place_no> wanted;
  for (const auto& part : terms.parts)
    wanted.push_back(part.place);
  auto places = load_plan_places(db, *policy, has_quiet_hours, wanted);
  if (!places)
    return places.error();
  terms.places = std::move(*places);
  return terms;
}

} // namespace

core::result<std::vector<core::plan_place>>
load_plan_places(connection& db, const core::policy& policy, bool has_quiet_hours,
                 const std::vector<core::place_no>& places) {
  const auto quiet = [&](std::string_view country) {
    return has_quiet_hours ? policy.quiet_hours_in(country) : std::vector<core::quiet_span>{};
  };
  auto r = db.call("plan_places", std::move(params{}.int4_array(places)));
  if (!r)
    return r.error();
  std::vector<core::plan_place> all;
  all.push_back({.no = 0,
                 .country = std::string{core::unknown_country},
                 .zones = {policy.time_zone},
                 .quiet = quiet(core::unknown_country)});
  for (const auto row : each(*r)) {
    const auto country = row.text("country");
    all.push_back({.no = row.id<core::place_no>("no"),
                   .country = std::string{country},
                   .zones = zones_in(row.text("zones"), country, policy),
                   .quiet = quiet(country)});
  }
  return all;
}

core::result<core::plan_terms> load_plan_terms(connection& db, core::campaign_no campaign) {
  return load(db, campaign, nullptr);
}

core::result<core::plan_terms> foresee_plan_terms(connection& db, core::campaign_no campaign,
                                                  const ports::time_zones& zones) {
  return load(db, campaign, &zones);
}

} // namespace stentor::postgres
