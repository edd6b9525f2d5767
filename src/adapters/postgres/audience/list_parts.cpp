#include "adapters/postgres/audience/list_parts.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <map>

namespace stentor::postgres {

namespace {

struct part_columns {
  std::vector<std::int32_t> from, to, place;

  void add(core::recipient_seq first, core::recipient_seq last, std::int32_t where) {
    from.push_back(first);
    to.push_back(last);
    place.push_back(where);
  }
};

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
  p.int4_array(parts.place);
  if (auto s = db.execute("parts_write", std::move(p)); !s)
    return s;
  return db.execute("parts_count", params{}.integer(c.no));
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

core::status divide_list(connection& db, const locked_campaign& c, bool by_place) {
  if (c.total == 0)
    return core::ok{};
  std::map<std::int32_t, std::int64_t> people;
  if (by_place) {
    if (auto s = place_customers(db, c); !s)
      return s;
    auto counted = people_by_place(db, c.no);
    if (!counted)
      return counted.error();
    people = std::move(*counted);
  }
  part_columns parts;
  if (people.size() <= 1) {
    parts.add(1, c.total, people.empty() ? 0 : people.begin()->first);
    return write_parts(db, c, parts);
  }
  std::vector<std::int32_t> order;
  core::recipient_seq next = 1;
  for (const auto& [place, count] : people) {
    const auto last = static_cast<core::recipient_seq>(next + count - 1);
    parts.add(next, last, place);
    order.push_back(place);
    next = last + 1;
  }
  if (auto s = write_anew(db, c, order); !s)
    return s;
  return write_parts(db, c, parts);
}

} // namespace stentor::postgres
