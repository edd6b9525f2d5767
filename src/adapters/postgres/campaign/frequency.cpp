#include "adapters/postgres/campaign/frequency.hpp"

#include "adapters/postgres/campaign/arbitration.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <string>
#include <utility>

namespace stentor::postgres {

namespace {

core::result<counted_campaigns> load_others(connection& db, const locked_campaign& c,
                                            std::chrono::milliseconds longest,
                                            core::wall_time starts) {
  params which;
  which.integer(c.organization).integer(c.no).integer(starts.time_since_epoch().count());
  auto found = db.call("frequency_others", std::move(which.integer(longest.count())));
  if (!found)
    return found.error();
  counted_campaigns others;
  for (const auto row : each(*found)) {
    others.all.push_back({.no = row.id<core::campaign_no>("no"),
                          .priority = row.id<std::int32_t>("priority"),
                          .starts = row.time("starts_ms").value_or(starts),
                          .runs = row.boolean("runs")});
    others.distance_ms.push_back(row.integer("distance_ms"));
  }
  return others;
}

core::status screen_cap(connection& db, const locked_campaign& c, const counted_campaigns& others,
                        const core::frequency_cap& cap, core::wall_time starts) {
  std::vector<core::campaign_no> campaigns;
  std::vector<std::string> runs;
  for (std::size_t i = 0; i < others.all.size(); ++i) {
    if (others.distance_ms[i] >= cap.per.count())
      continue;
    campaigns.push_back(others.all[i].no);
    runs.emplace_back(others.all[i].runs ? "t" : "f");
  }
  if (campaigns.empty())
    return core::ok{};
  params p;
  p.int4_array(campaigns).text_array(runs).integer(starts.time_since_epoch().count());
  p.integer(cap.per.count()).integer(cap.max);
  return on_list(db, c, "list_had_enough", std::move(p));
}

} // namespace

core::result<std::vector<core::campaign_no>>
screen_frequency(connection& db, const locked_campaign& c, cap_terms terms) {
  auto& caps = terms.caps;
  std::vector<core::campaign_no> nobody;
  if (!c.marketing() || caps.empty())
    return nobody;
  // Also for one that asks no caps: those that do must see its list.
  if (!terms.only_counts)
    if (auto r = db.call("frequency_hold", params{}.integer(c.organization)); !r)
      return r.error();
  auto own = db.call("frequency_terms", params{}.integer(c.no));
  if (!own)
    return own.error();
  if (row_reader{*own}.boolean("ignore_caps"))
    return nobody;
  core::put_in_order(caps);
  const auto others = load_others(db, c, caps.back().per * (terms.waits ? 2 : 1), terms.starts);
  if (!others)
    return others.error();
  auto giving =
      core::result{core::giving_way(others->all, row_reader{*own}.id<std::int32_t>("priority"))};
  if (!terms.only_counts)
    giving = hold_lists(db, *giving);
  if (!giving)
    return giving.error();
  if (!giving->empty() || terms.waits) {
    if (auto s = screen_and_note(db, c, *others, *giving, terms); !s)
      return s.error();
    return giving;
  }
  for (const auto& cap : caps)
    if (auto s = screen_cap(db, c, *others, cap, terms.starts); !s)
      return s.error();
  return nobody;
}

} // namespace stentor::postgres
