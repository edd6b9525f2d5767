#include "adapters/postgres/campaign/frequency.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

core::status screen_cap(connection& db, const locked_campaign& c, const core::frequency_cap& cap,
                        core::wall_time starts) {
  const auto start_ms = starts.time_since_epoch().count();
  params which;
  which.integer(c.organization).integer(c.no).integer(start_ms).integer(cap.per.count());
  auto others = db.call("frequency_others", std::move(which));
  if (!others)
    return others.error();
  if (others->empty())
    return core::ok{};
  std::vector<std::int32_t> campaigns;
  std::vector<std::string> runs;
  for (const auto row : each(*others)) {
    campaigns.push_back(row.id<std::int32_t>("no"));
    runs.emplace_back(row.boolean("runs") ? "t" : "f");
  }
  params p;
  p.int4_array(campaigns).text_array(runs).integer(start_ms - cap.per.count()).integer(cap.max);
  if (auto r = db.query(list_statement("list_had_enough", c), std::move(p)); !r)
    return r.error();
  return core::ok{};
}

} // namespace

core::status screen_frequency(connection& db, const locked_campaign& c,
                              const std::vector<core::frequency_cap>& caps,
                              core::wall_time starts) {
  if (!c.marketing() || caps.empty())
    return core::ok{};
  if (auto r = db.call("frequency_hold", params{}.integer(c.organization)); !r)
    return r.error();
  for (const auto& cap : caps)
    if (auto s = screen_cap(db, c, cap, starts); !s)
      return s;
  return core::ok{};
}

} // namespace stentor::postgres
