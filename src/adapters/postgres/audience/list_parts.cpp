#include "adapters/postgres/audience/list_parts.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <map>

namespace stentor::postgres {

namespace {

struct part_columns {
  std::vector<std::int32_t> from, to, place;
  std::vector<std::int64_t> opens_ms;

  void add(core::recipient_seq first, core::recipient_seq last, std::int32_t where,
           const std::optional<core::wall_time>& opens) {
    from.push_back(first);
    to.push_back(last);
    place.push_back(where);
    opens_ms.push_back(opens ? opens->time_since_epoch().count() : 0);
  }
};

/// People who may be sent to, by place.
using people_by_place = std::map<std::int32_t, std::int64_t>;

core::result<people_by_place> count_places(connection& db, const locked_campaign& c) {
  auto r = db.query(campaign_statement("list_places", c.no), {});
  if (!r)
    return r.error();
  people_by_place all;
  for (const auto row : each(*r))
    all[row.id<std::int32_t>("place")] = row.integer("people");
  return all;
}

core::status write_anew(connection& db, const locked_campaign& c,
                        const std::vector<std::int32_t>& order) {
  if (auto r = db.query(campaign_statement("list_in_order", c.no),
                        std::move(params{}.int4_array(order)));
      !r)
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
  p.int4_array(parts.place).int8_array(parts.opens_ms);
  if (auto s = db.execute("parts_write", std::move(p)); !s)
    return s;
  return db.execute("parts_count", params{}.integer(c.no));
}

} // namespace

core::status divide_list(connection& db, const locked_campaign& c, const list_division& how) {
  if (c.total == 0)
    return core::ok{};
  const auto opens = [&](std::int32_t place) {
    return how.opens_at ? how.opens_at(place) : std::nullopt;
  };
  people_by_place people;
  if (how.by_place) {
    if (auto r = db.query(campaign_statement("list_customers_places", c.no), {}); !r)
      return r.error();
    auto counted = count_places(db, c);
    if (!counted)
      return counted.error();
    people = std::move(*counted);
  }
  part_columns parts;
  if (people.size() <= 1) {
    const auto place = people.empty() ? 0 : people.begin()->first;
    parts.add(1, c.total, place, opens(place));
    return write_parts(db, c, parts);
  }
  std::vector<std::int32_t> order;
  for (const auto& [place, n] : people)
    order.push_back(place);
  if (how.order)
    how.order(order);
  if (auto s = write_anew(db, c, order); !s)
    return s;
  core::recipient_seq next = 1;
  for (const auto place : order) {
    const auto last = static_cast<core::recipient_seq>(next + people[place] - 1);
    parts.add(next, last, place, opens(place));
    next = last + 1;
  }
  return write_parts(db, c, parts);
}

} // namespace stentor::postgres
