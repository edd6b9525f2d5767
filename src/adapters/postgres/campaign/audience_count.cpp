#include "adapters/postgres/campaign/audience_count.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <string>
#include <utility>

namespace stentor::postgres {

namespace {

using counted_or_none = std::optional<ports::counted_audience>;

/// None: its list is there already.
core::result<std::optional<locked_campaign>>
seen_campaign(connection& db, const ports::principal& who, std::string_view id) {
  auto r = db.call("count_campaign", params{}.integer(who.organization).text(id));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign with this id"};
  const row_reader row{*r};
  if (!row.boolean("is_drawn"))
    return std::optional<locked_campaign>{};
  const auto no = row.id<core::campaign_no>("no");
  auto partition = db.call("audience_has_partition", params{}.integer(no));
  if (!partition)
    return partition.error();
  return std::optional{locked_campaign{.no = no,
                                       .organization = core::organization_no{who.organization},
                                       .status = row.string("status"),
                                       .for_marketing = row.boolean("marketing"),
                                       .total = row.id<core::recipient_seq>("total_recipients"),
                                       .has_partition = row_reader{*partition}.boolean("there"),
                                       .list = "campaign_counted_" + std::to_string(no)}};
}

core::result<ports::counted_audience> look_people_up(connection& db, locked_campaign c,
                                                     const list_tools& with) {
  if (auto s = db.run(sql_script("count_in_session")); !s)
    return s.error();
  if (const auto filled = fill_list(db, c, with); !filled)
    return filled.error();
  if (auto s = screen_to_count(db, c, with); !s)
    return s.error();
  auto r = db.query(list_statement("list_counted", c));
  if (!r)
    return r.error();
  ports::counted_audience all{.exact = true, .screened = {}};
  for (const auto row : each(*r)) {
    const auto people = row.integer("people");
    all.people += people;
    if (row.integer("screen") == 0) {
      all.sendable = people;
      all.waiting = row.integer("waiting");
    } else {
      all.screened.emplace_back(row.string("reason"), people);
    }
  }
  return all;
}

} // namespace

core::result<counted_or_none> count_audience(query_pool& queries, const ports::principal& who,
                                             std::string_view id, const list_tools& with,
                                             std::int64_t most) {
  auto db = queries.own_connection("stentor count");
  if (!db)
    return db.error();
  const auto t = transaction::begin(*db); // never committed
  if (!t)
    return t.error();
  auto campaign = seen_campaign(*db, who, id);
  if (!campaign)
    return campaign.error();
  if (!*campaign)
    return counted_or_none{};
  const auto guess = expected_people(*db, **campaign, with.zones);
  if (!guess)
    return guess.error();
  auto turn = db->call("count_turn", params{}.integer(who.organization));
  if (!turn)
    return turn.error();
  if (*guess <= most && row_reader{*turn}.boolean("mine")) {
    auto all = look_people_up(*db, std::move(**campaign), with);
    if (all)
      return counted_or_none{std::move(*all)};
    if (all.error().code != core::errc::unavailable)
      return all.error();
  }
  return counted_or_none{ports::counted_audience{.people = *guess, .screened = {}}};
}

} // namespace stentor::postgres
