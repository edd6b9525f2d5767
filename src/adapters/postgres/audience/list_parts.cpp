#include "adapters/postgres/audience/list_parts.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/delivery/part.hpp"

#include <map>
#include <optional>
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

struct part_columns {
  std::vector<std::int32_t> from, to, place, stage;

  void add(const row_reader& group) {
    const auto first = to.empty() ? 1 : to.back() + 1;
    from.push_back(first);
    to.push_back(first + group.id<core::recipient_seq>("people") - 1);
    place.push_back(group.id<std::int32_t>("place"));
    stage.push_back(group.id<std::int32_t>("stage"));
  }
};

core::status write_anew(connection& db, const locked_campaign& c, const division& by) {
  if (auto r = db.query(campaign_statement("list_in_order", c.no), by.of(c.no)); !r)
    return r.error();
  if (auto s = db.run(campaign_statement("list_empty", c.no)); !s)
    return s;
  if (auto s = db.run(campaign_statement("list_refill", c.no)); !s)
    return s;
  return db.run(campaign_statement("list_index", c.no));
}

core::status write_parts(connection& db, const locked_campaign& c, const part_columns& parts) {
  if (auto s = db.execute("parts_clear", params{}.integer(c.no)); !s)
    return s;
  params p;
  p.integer(c.no).int4_array(parts.from).int4_array(parts.to);
  p.int4_array(parts.place).int4_array(parts.stage);
  if (auto s = db.execute("parts_write", std::move(p)); !s)
    return s;
  return db.execute("parts_count", params{}.integer(c.no));
}

/// None where nobody goes first: there are no more people than would.
core::result<std::optional<std::int64_t>> threshold_of(connection& db, const locked_campaign& c,
                                                       std::int64_t first) {
  if (first <= 0)
    return std::optional<std::int64_t>{};
  auto one_more = db.call("parts_threshold", params{}.integer(c.no).integer(first + 1));
  if (!one_more)
    return one_more.error();
  if (one_more->empty())
    return std::optional<std::int64_t>{};
  auto last = db.call("parts_threshold", params{}.integer(c.no).integer(first));
  if (!last)
    return last.error();
  return std::optional{row_reader{*last}.integer("side")};
}

core::result<part_columns> groups_of(connection& db, const locked_campaign& c, const division& by) {
  auto r = db.call("parts_groups", by.of(c.no));
  if (!r)
    return r.error();
  part_columns parts;
  for (const auto group : each(*r))
    parts.add(group);
  return parts;
}

} // namespace

core::result<std::map<std::int32_t, std::int64_t>> people_by_place(connection& db,
                                                                   core::campaign_no campaign) {
  auto r = db.call("parts_people", params{}.integer(campaign));
  if (!r)
    return r.error();
  std::map<std::int32_t, std::int64_t> all;
  for (const auto row : each(*r))
    all[row.id<std::int32_t>("place")] = row.integer("people");
  return all;
}

core::status place_customers(connection& db, const locked_campaign& c) {
  if (auto r = db.query(campaign_statement("list_customers_places", c.no), {}); !r)
    return r.error();
  return core::ok{};
}

core::status divide_list(connection& db, const locked_campaign& c, const list_division& wanted) {
  if (c.total == 0)
    return core::ok{};
  division by{.threshold = {}, .by_place = wanted.by_place};
  if (by.by_place)
    if (auto s = place_customers(db, c); !s)
      return s;
  auto threshold = threshold_of(db, c, wanted.first);
  if (!threshold)
    return threshold.error();
  by.threshold = *threshold;
  part_columns parts;
  if (by.by_place || by.threshold) {
    auto groups = groups_of(db, c, by);
    if (!groups)
      return groups.error();
    parts = std::move(*groups);
  }
  const bool has_stages = !parts.stage.empty() && parts.stage.front() != parts.stage.back();
  if (auto s = db.execute("parts_canary", params{}.integer(c.no).boolean(has_stages)); !s)
    return s;
  if (parts.from.size() <= 1) { // it keeps its order, with the screened ones between
    const auto place = parts.place.empty() ? 0 : parts.place.front();
    parts = {.from = {1}, .to = {c.total}, .place = {place}, .stage = {rest_stage}};
  } else if (auto s = write_anew(db, c, by); !s) {
    return s;
  }
  return write_parts(db, c, parts);
}

} // namespace stentor::postgres
