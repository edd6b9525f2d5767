#include "adapters/postgres/audience/list_parts.hpp"

#include "adapters/postgres/audience/list_places.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/contact/place_join.hpp"
#include "stentor/core/delivery/part.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace stentor::postgres {

namespace {

/// How a list is divided.
struct division {
  std::optional<std::int64_t> threshold; ///< whose side is up to this goes first
  bool by_place = false;

  [[nodiscard]] params of(core::campaign_no campaign) const {
    return std::move(params{}.integer(campaign).integer(threshold).boolean(by_place));
  }
};

constexpr auto rest_stage = static_cast<std::int32_t>(core::stage::rest);

void add(list_order& to, const row_reader& group) {
  const auto first = to.to.empty() ? 1 : to.to.back() + 1;
  to.from.push_back(first);
  to.to.push_back(first + group.id<core::recipient_seq>("people") - 1);
  to.place.push_back(group.id<std::int32_t>("place"));
  to.stage.push_back(group.id<std::int32_t>("stage"));
  to.opens_ms.push_back(group.integer("opens_ms"));
}

core::status write_anew(connection& db, const locked_campaign& c, const division& by) {
  if (auto s = on_list(db, c, "list_in_order", by.of(c.no)); !s)
    return s;
  if (auto s = db.run(list_statement("list_empty", c)); !s)
    return s;
  if (auto s = db.run(list_statement("list_refill", c)); !s)
    return s;
  return db.run(list_statement("list_index", c));
}

/// None where nobody goes first: there are no more people than would.
core::result<std::optional<std::int64_t>> threshold_of(connection& db, const locked_campaign& c,
                                                       std::int64_t first) {
  if (first <= 0)
    return std::optional<std::int64_t>{};
  auto one_more = db.query(list_statement("list_threshold", c),
                           std::move(params{}.integer(c.no).integer(first + 1)));
  if (!one_more)
    return one_more.error();
  if (one_more->empty())
    return std::optional<std::int64_t>{};
  auto last = db.query(list_statement("list_threshold", c),
                       std::move(params{}.integer(c.no).integer(first)));
  if (!last)
    return last.error();
  return std::optional{row_reader{*last}.integer("side")};
}

core::result<list_order> groups_of(connection& db, const locked_campaign& c, const division& by) {
  auto r = db.query(list_statement("list_groups", c), by.of(c.no));
  if (!r)
    return r.error();
  list_order parts;
  for (const auto group : each(*r))
    add(parts, group);
  return parts;
}

std::map<std::int32_t, std::int64_t> people_in(const list_order& parts) {
  std::map<std::int32_t, std::int64_t> all;
  for (std::size_t i = 0; i < parts.from.size(); ++i)
    all[parts.place[i]] += parts.to[i] - parts.from[i] + 1;
  return all;
}

/// As many parts as the planner looks at.
core::result<list_order> some_groups_of(connection& db, const locked_campaign& c,
                                        const division& by, const list_division& wanted,
                                        const ports::time_zones& zones) {
  auto parts = groups_of(db, c, by);
  if (!parts)
    return parts;
  const auto joined = join_list_places(db, c, people_in(*parts), wanted.starts, zones);
  if (!joined)
    return joined.error();
  if (*joined)
    parts = groups_of(db, c, by);
  if (!parts || parts->from.size() <= core::list_parts_most)
    return parts;
  // Of each place a part goes first, one with the rest, and one at each moment.
  constexpr std::size_t at_once = 2;
  std::set<std::int64_t> moments{parts->opens_ms.begin(), parts->opens_ms.end()};
  moments.erase(0);
  const auto of_a_place = core::list_parts_most / people_in(*parts).size();
  if (auto s = join_list_moments(db, c, moments, std::max(of_a_place, at_once + 1) - at_once); !s)
    return s.error();
  return groups_of(db, c, by);
}

std::map<std::int32_t, std::int64_t> counts_in(const rows& r) {
  std::map<std::int32_t, std::int64_t> all;
  for (const auto row : each(r))
    all[row.id<std::int32_t>("place")] = row.integer("people");
  return all;
}

} // namespace

core::result<std::map<std::int32_t, std::int64_t>> people_by_place(connection& db,
                                                                   core::campaign_no campaign) {
  auto r = db.call("parts_people", params{}.integer(campaign));
  if (!r)
    return r.error();
  return counts_in(*r);
}

core::result<std::map<std::int32_t, std::int64_t>> people_by_place(connection& db,
                                                                   const locked_campaign& c) {
  auto r = db.query(list_statement("list_people", c));
  if (!r)
    return r.error();
  return counts_in(*r);
}

core::status place_customers(connection& db, const locked_campaign& c) {
  return on_list(db, c, "list_customers_places");
}

core::status screen_over_maximum(connection& db, const locked_campaign& c, std::int64_t most) {
  return on_list(db, c, "list_over_maximum", std::move(params{}.integer(c.no).integer(most)));
}

core::result<list_order> order_list(connection& db, const locked_campaign& c,
                                    const list_division& wanted, const ports::time_zones& zones) {
  if (c.total == 0)
    return list_order{};
  division by{.threshold = {}, .by_place = wanted.by_place};
  if (by.by_place)
    if (auto s = place_customers(db, c); !s)
      return s.error();
  auto threshold = threshold_of(db, c, wanted.first);
  if (!threshold)
    return threshold.error();
  by.threshold = *threshold;
  list_order parts;
  if (by.by_place || by.threshold || wanted.by_opening) {
    auto groups = some_groups_of(db, c, by, wanted, zones);
    if (!groups)
      return groups.error();
    parts = std::move(*groups);
  }
  if (parts.from.size() > 1) {
    if (auto s = write_anew(db, c, by); !s)
      return s.error();
    return parts;
  }
  // It keeps its order, with the screened ones between.
  const auto place = parts.place.empty() ? 0 : parts.place.front();
  const auto opens_ms = parts.opens_ms.empty() ? 0 : parts.opens_ms.front();
  return list_order{.from = {1},
                    .to = {c.total},
                    .place = {place},
                    .stage = {rest_stage},
                    .opens_ms = {opens_ms}};
}

core::status write_parts(connection& db, core::campaign_no campaign, const list_order& parts) {
  if (parts.from.empty())
    return core::ok{};
  if (auto s = db.execute("parts_canary", params{}.integer(campaign).boolean(parts.has_stages()));
      !s)
    return s;
  if (auto s = db.execute("parts_clear", params{}.integer(campaign)); !s)
    return s;
  params p;
  p.integer(campaign).int4_array(parts.from).int4_array(parts.to);
  p.int4_array(parts.place).int4_array(parts.stage).int8_array(parts.opens_ms);
  if (auto s = db.execute("parts_write", std::move(p)); !s)
    return s;
  return db.execute("parts_count", params{}.integer(campaign));
}

} // namespace stentor::postgres
