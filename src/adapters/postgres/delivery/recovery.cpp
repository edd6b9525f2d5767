#include "adapters/postgres/delivery/recovery.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/ledger_writes.hpp"
#include "adapters/postgres/delivery/range_claims.hpp"
#include "adapters/postgres/delivery/unfolded_events.hpp"

#include <map>
#include <optional>

namespace stentor::postgres {

namespace {

/// An open claim of an earlier owner.
struct dead_claim {
  core::claim_id id{};
  core::campaign_no campaign{};
  core::recipient_seq from = 0, to = 0, mark = 0;
  core::number_no number{};
  core::lease_epoch epoch{}; ///< of the number's owner now
  bool is_over = false;      ///< its campaign: nobody takes the rest
  bool of_retries = false;
};

/// Events and rows of recipients that become in doubt.
struct doubts {
  core::event_batch events;
  std::vector<ports::doubt_row> rows;

  void add(core::campaign_no campaign, core::recipient_seq seq, std::int16_t attempt,
           std::int64_t now_ms) {
    events.add(campaign, seq, attempt, core::event_kind::in_doubt, 0, {}, now_ms);
    rows.push_back({.campaign = campaign, .seq = seq, .attempt = attempt, .since_ms = now_ms});
  }
};

params numbers_and_epochs(const std::vector<valid_order>& owners) {
  std::vector<core::number_no> numbers;
  std::vector<core::lease_epoch> epochs;
  for (const auto& [order, owner, limited_by] : owners) {
    numbers.push_back(order.number);
    epochs.push_back(order.epoch);
  }
  params p;
  p.int4_array(numbers).int4_array(epochs);
  return p;
}

core::result<std::vector<dead_claim>> load_dead(connection& db,
                                                const std::vector<valid_order>& owners) {
  auto r = db.call("recovery_dead_claims", numbers_and_epochs(owners));
  if (!r)
    return r.error();
  std::vector<dead_claim> dead;
  for (const auto row : each(*r))
    dead.push_back({.id = row.id<core::claim_id>("id"),
                    .campaign = row.id<core::campaign_no>("campaign_no"),
                    .from = row.id<core::recipient_seq>("from_seq"),
                    .to = row.id<core::recipient_seq>("to_seq"),
                    .mark = row.id<core::recipient_seq>("mark"),
                    .number = row.id<core::number_no>("number_no"),
                    .epoch = row.id<core::lease_epoch>("epoch"),
                    .is_over = row.boolean("is_over"),
                    .of_retries = row.boolean("of_retries")});
  return dead;
}

/// What is known of these recipients besides their rows, so that recovery need not wait for the
/// projection. To be read before the rows: what is folded in between is then seen twice, not never.
core::result<unfolded_events> read_unfolded(connection& db, const std::vector<dead_claim>& claims,
                                            const std::vector<valid_order>& owners) {
  unfolded_events news;
  for (const auto& c : claims)
    if (!c.of_retries) // what those have taken is asked for below
      news.want(c.campaign, c.from, c.mark);
  auto taken = db.call("recovery_taken_retries", numbers_and_epochs(owners));
  if (!taken)
    return taken.error();
  for (const auto row : each(*taken)) {
    const auto seq = row.id<core::recipient_seq>("seq");
    news.want(row.id<core::campaign_no>("campaign_no"), seq, seq);
  }
  if (auto s = news.read(db, numbers_and_epochs(owners)); !s)
    return s.error();
  return news;
}

/// Everybody of it up to the mark who may be sent to.
core::result<std::vector<core::marked_recipient>> load_marked(connection& db, const dead_claim& c,
                                                              const unfolded_events& news) {
  std::vector<core::marked_recipient> marked;
  if (c.mark < c.from)
    return marked;
  auto r = db.call("recovery_marked", params{}.integer(c.campaign).integer(c.from).integer(c.mark));
  if (!r)
    return r.error();
  for (const auto row : each(*r)) {
    const auto seq = row.id<core::recipient_seq>("seq");
    marked.push_back(
        {.seq = seq, .known = row.boolean("is_known") || news.last_attempt(c.campaign, seq) >= 0});
  }
  return marked;
}

/// As free claims, unless the campaign is over. Returns how many numbers of the list they hold.
core::result<std::int64_t> free_ranges(connection& db, const dead_claim& c,
                                       const std::vector<core::seq_range>& ranges) {
  std::int64_t count = 0;
  if (c.is_over)
    return count;
  claim_columns rest;
  for (const auto& range : ranges) {
    rest.numbers.push_back(c.number);
    rest.from.push_back(range.from);
    rest.to.push_back(range.to);
    rest.owners.push_back("");
    rest.epochs.push_back(c.epoch);
    count += std::int64_t{range.to} - range.from + 1;
  }
  if (!ranges.empty())
    if (auto added = add_claims(db, c.campaign, rest, true); !added)
      return added.error();
  return count;
}

core::status settle(connection& db, const dead_claim& c, const unfolded_events& news,
                    std::int64_t now_ms, const ports::flight_recorder& flights, doubts& found,
                    ports::recovery_report& report) {
  const auto marked = load_marked(db, c, news);
  if (!marked)
    return marked.error();
  const auto seen = flights.departed(c.id);
  const auto landed = core::land({c.from, c.to}, c.mark, *marked, seen ? &*seen : nullptr);
  for (const auto seq : landed.in_doubt)
    found.add(c.campaign, seq, 0, now_ms);
  auto freed = free_ranges(db, c, landed.unsent);
  if (!freed)
    return freed.error();
  report.reclaimed += *freed;
  return core::ok{};
}

/// Who of them may have left is in doubt, whoever surely hasn't waits again.
core::status settle_retries(connection& db, const std::vector<valid_order>& owners,
                            const unfolded_events& news, std::int64_t now_ms,
                            const ports::flight_recorder& flights, doubts& found,
                            ports::recovery_report& report) {
  auto r = db.call("recovery_dead_retries", numbers_and_epochs(owners));
  if (!r)
    return r.error();
  std::map<core::claim_id, std::optional<core::departures>> seen;
  std::vector<core::campaign_no> campaigns;
  std::vector<core::recipient_seq> unsent;
  for (const auto row : each(*r)) {
    const auto campaign = row.id<core::campaign_no>("campaign_no");
    const auto seq = row.id<core::recipient_seq>("seq");
    const auto attempt = row.id<std::int16_t>("attempt");
    const auto claim = row.id<core::claim_id>("claim");
    if (row.boolean("is_known") || news.last_attempt(campaign, seq) >= attempt)
      continue;
    const auto [bits, added] = seen.try_emplace(claim);
    if (added)
      bits->second = flights.departed(claim);
    if (core::may_have_left(row.integer("place"), row.integer("marked"),
                            bits->second ? &*bits->second : nullptr)) {
      found.add(campaign, seq, attempt, now_ms);
    } else {
      campaigns.push_back(campaign);
      unsent.push_back(seq);
    }
  }
  report.reclaimed += static_cast<std::int64_t>(unsent.size());
  if (auto s = db.execute("recovery_return_retries",
                          std::move(params{}.int4_array(campaigns).int4_array(unsent)));
      !s)
    return s;
  return db.execute("recovery_close_retries", numbers_and_epochs(owners));
}

} // namespace

core::result<recovered> recover_numbers(connection& db, const std::vector<valid_order>& owners,
                                        std::int64_t now_ms,
                                        const ports::flight_recorder& flights) {
  auto claims = load_dead(db, owners);
  if (!claims)
    return claims.error();
  const auto news = read_unfolded(db, *claims, owners);
  if (!news)
    return news.error();
  recovered all;
  doubts found;
  for (const auto& c : *claims) {
    all.report.settled.push_back(c.id);
    if (c.of_retries)
      continue;
    if (auto s = settle(db, c, *news, now_ms, flights, found, all.report); !s)
      return s.error();
  }
  if (auto s = settle_retries(db, owners, *news, now_ms, flights, found, all.report); !s)
    return s.error();
  if (auto s = db.execute("claims_delete", std::move(params{}.int8_array(all.report.settled))); !s)
    return s.error();
  if (!found.rows.empty())
    if (auto s = write_doubts(db, found.rows); !s)
      return s.error();
  all.report.in_doubt = static_cast<std::int64_t>(found.rows.size());
  all.events = std::move(found.events);
  return all;
}

} // namespace stentor::postgres
