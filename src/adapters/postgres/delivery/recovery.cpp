#include "adapters/postgres/delivery/recovery.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/ledger_writes.hpp"
#include "adapters/postgres/delivery/range_claims.hpp"
#include "adapters/postgres/delivery/unfolded_events.hpp"

namespace stentor::postgres {

namespace {

/// An open claim of an earlier owner.
struct dead_claim {
  core::claim_id id{};
  core::campaign_no campaign{};
  core::recipient_seq from = 0, to = 0, mark = 0;
  core::number_no number{};
  core::lease_epoch epoch{}; ///< of the number's owner now
  bool is_over = false; ///< its campaign: nobody takes the rest
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
  for (const auto& [order, owner] : owners) {
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
                    .is_over = row.boolean("is_over")});
  return dead;
}

/// What is known of these recipients besides their rows, so that recovery need not wait for the
/// projection. To be read before the rows: what is folded in between is then seen twice, not never.
core::result<unfolded_events> read_unfolded(connection& db, const std::vector<dead_claim>& claims,
                                            const std::vector<valid_order>& owners) {
  unfolded_events news;
  for (const auto& c : claims)
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

/// Who lies at or below the mark and has no outcome.
core::status doubt_sent(connection& db, const dead_claim& c, const unfolded_events& news,
                        std::int64_t now_ms, doubts& found) {
  auto r =
      db.call("recovery_in_flight", params{}.integer(c.campaign).integer(c.from).integer(c.mark));
  if (!r)
    return r.error();
  for (const auto row : each(*r)) {
    const auto seq = row.id<core::recipient_seq>("seq");
    if (news.last_attempt(c.campaign, seq) < 0)
      found.add(c.campaign, seq, 0, now_ms);
  }
  return core::ok{};
}

/// The part above the mark, as a free claim. Returns how many numbers of the list it holds.
core::result<std::int64_t> free_rest(connection& db, const dead_claim& c) {
  if (c.mark >= c.to || c.is_over)
    return std::int64_t{0};
  const claim_columns rest{.numbers = {c.number},
                           .from = {c.mark + 1},
                           .to = {c.to},
                           .owners = {""},
                           .epochs = {c.epoch}};
  if (auto added = add_claims(db, c.campaign, rest, true); !added)
    return added.error();
  return std::int64_t{c.to} - c.mark;
}

core::status doubt_retries(connection& db, const std::vector<valid_order>& owners,
                           const unfolded_events& news, std::int64_t now_ms, doubts& found) {
  auto r = db.call("recovery_dead_retries", numbers_and_epochs(owners));
  if (!r)
    return r.error();
  for (const auto row : each(*r)) {
    const auto campaign = row.id<core::campaign_no>("campaign_no");
    const auto seq = row.id<core::recipient_seq>("seq");
    const auto attempt = row.id<std::int16_t>("attempt");
    if (!row.boolean("is_known") && news.last_attempt(campaign, seq) < attempt)
      found.add(campaign, seq, attempt, now_ms);
  }
  return core::ok{};
}

} // namespace

core::result<recovered> recover_numbers(connection& db, const std::vector<valid_order>& owners,
                                        std::int64_t now_ms) {
  auto claims = load_dead(db, owners);
  if (!claims)
    return claims.error();
  const auto news = read_unfolded(db, *claims, owners);
  if (!news)
    return news.error();
  recovered all;
  doubts found;
  std::vector<core::claim_id> dead;
  for (const auto& c : *claims) {
    dead.push_back(c.id);
    if (auto s = doubt_sent(db, c, *news, now_ms, found); !s)
      return s.error();
    auto rest = free_rest(db, c);
    if (!rest)
      return rest.error();
    all.report.reclaimed += *rest;
  }
  if (auto s = db.execute("claims_delete", std::move(params{}.int8_array(dead))); !s)
    return s.error();
  if (auto s = doubt_retries(db, owners, *news, now_ms, found); !s)
    return s.error();
  if (!found.rows.empty())
    if (auto s = write_doubts(db, found.rows); !s)
      return s.error();
  all.report.in_doubt = static_cast<std::int64_t>(found.rows.size());
  all.events = std::move(found.events);
  return all;
}

} // namespace stentor::postgres
