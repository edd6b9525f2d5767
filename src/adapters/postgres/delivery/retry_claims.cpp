#include "adapters/postgres/delivery/retry_claims.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/claim_rows.hpp"
#include "adapters/postgres/delivery/tier_gate.hpp"
#include "stentor/core/delivery/delivery.hpp"
#include "stentor/core/delivery/recovery.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace stentor::postgres {

namespace {

struct due_retry {
  std::int16_t attempt = 0, retries = 0;
};
using due_retries = std::map<core::recipient_seq, due_retry>;

/// What each order gets.
/// @param left_out whom nobody gets
std::vector<due_retries> shares_of(const rows& due, const std::vector<valid_order>& orders,
                                   const std::set<core::recipient_seq>& left_out) {
  std::vector<due_retries> shares(orders.size());
  const auto has_room = [&](std::size_t o) {
    return static_cast<std::int32_t>(shares[o].size()) < orders[o].order.count;
  };
  std::size_t turn = 0;
  for (const auto row : each(due)) {
    const auto number = row.id<core::number_no>("number_no");
    const auto seq = row.id<core::recipient_seq>("seq");
    if (left_out.contains(seq))
      continue;
    for (std::size_t tries = 0; tries < orders.size(); ++tries) {
      const auto o = (turn + tries) % orders.size();
      if ((number != 0 && orders[o].order.number != number) || !has_room(o))
        continue;
      shares[o][seq] = {.attempt = row.id<std::int16_t>("attempt"),
                        .retries = row.id<std::int16_t>("retries")};
      turn = number == 0 ? o + 1 : turn;
      break;
    }
  }
  return shares;
}

/// Closes needless tries. Returns whom nobody gets: those, and who must wait for the fold.
core::result<std::set<core::recipient_seq>>
close_needless(connection& db, core::campaign_no campaign, const rows& due) {
  std::vector<core::recipient_seq> needless, perhaps;
  for (const auto row : each(due)) {
    const auto need = static_cast<core::retry_need>(row.integer("need"));
    if (need == core::retry_need::needless)
      needless.push_back(row.id<core::recipient_seq>("seq"));
    else if (need == core::retry_need::needless_if_folded)
      perhaps.push_back(row.id<core::recipient_seq>("seq"));
  }
  std::set<core::recipient_seq> left_out{needless.begin(), needless.end()};
  if (!perhaps.empty()) {
    auto unfolded =
        db.call("claims_unfolded", std::move(params{}.integer(campaign).int4_array(perhaps)));
    if (!unfolded)
      return unfolded.error();
    std::set<core::recipient_seq> waiting;
    for (const auto row : each(*unfolded))
      waiting.insert(row.id<core::recipient_seq>("seq"));
    for (const auto seq : perhaps) {
      left_out.insert(seq);
      if (!waiting.contains(seq))
        needless.push_back(seq);
    }
  }
  if (!needless.empty())
    if (auto s = db.execute("claims_close_retries",
                            std::move(params{}.integer(campaign).int4_array(needless)));
        !s)
      return s.error();
  return left_out;
}

/// Whoever Meta keeps marketing from waits until he may get it, and not all of them to the moment.
core::status postpone_closed(connection& db, core::campaign_no campaign, const rows& due,
                             core::wall_time now, std::set<core::recipient_seq>& left_out) {
  std::vector<core::recipient_seq> wanted;
  for (const auto row : each(due))
    if (const auto seq = row.id<core::recipient_seq>("seq"); !left_out.contains(seq))
      wanted.push_back(seq);
  if (wanted.empty())
    return core::ok{};
  params which;
  which.integer(campaign).int4_array(wanted).integer(now.time_since_epoch().count());
  auto closed = db.call("claims_closed_retries", std::move(which));
  if (!closed)
    return closed.error();
  if (closed->empty())
    return core::ok{};
  std::vector<core::recipient_seq> seqs;
  std::vector<std::int64_t> until;
  for (const auto row : each(*closed)) {
    seqs.push_back(row.id<core::recipient_seq>("seq"));
    const std::chrono::milliseconds closed{row.integer("until") - now.time_since_epoch().count()};
    until.push_back(row.integer("until") +
                    core::recovery_jitter(closed, campaign, seqs.back()).count());
    left_out.insert(seqs.back());
  }
  return db.execute("claims_postpone_retries",
                    std::move(params{}.integer(campaign).int4_array(seqs).int8_array(until)));
}

core::result<rows> load_due(connection& db, core::campaign_no campaign,
                            const std::vector<valid_order>& orders, const ports::claim_scope& scope,
                            core::wall_time now) {
  std::vector<core::number_no> numbers;
  std::int64_t wanted = 0;
  for (const auto& [o, owner, limited_by] : orders) {
    numbers.push_back(o.number);
    wanted += o.count;
  }
  params p;
  add_scope(p.integer(campaign), scope).integer(now.time_since_epoch().count());
  p.int4_array(numbers).integer(wanted);
  return db.call("claims_due_retries", std::move(p));
}

/// Writes down that these are handed out.
core::result<core::claim_id> add_claim(connection& db, core::campaign_no campaign,
                                       const valid_order& by,
                                       const std::vector<core::recipient_seq>& seqs) {
  const auto& order = by.order;
  params claim;
  claim.integer(campaign).integer(order.number).text(by.owner).integer(order.epoch);
  auto added = db.call("claims_add_retries", std::move(claim.int4_array(seqs)));
  if (!added)
    return added.error();
  const auto id = row_reader{*added}.id<core::claim_id>("id");
  params p;
  p.integer(campaign).integer(order.number).integer(order.epoch).int4_array(seqs).integer(id);
  if (auto s = db.execute("claims_take_retries", std::move(p)); !s)
    return s.error();
  return id;
}

/// Hands a share out; none when a messaging limit holds all of them back, a chunk without rows when
/// nobody of it is on the list any more.
core::result<std::optional<core::claimed_chunk>> take(connection& db, core::campaign_no campaign,
                                                      const valid_order& by,
                                                      const due_retries& share, tier_gate& tier) {
  const auto& order = by.order;
  std::vector<core::recipient_seq> seqs;
  for (const auto& [seq, retry] : share)
    seqs.push_back(seq);
  auto people =
      db.call("claims_read_retries", std::move(params{}.integer(campaign).int4_array(seqs)),
              answer_format::binary);
  if (!people)
    return people.error();
  core::claimed_chunk chunk;
  chunk.campaign = campaign;
  chunk.number = order.number;
  chunk.epoch = order.epoch;
  chunk.retries = true;
  const claim_rows reader{*people};
  for (int i = 0; i < reader.size(); ++i)
    reader.add_to(chunk, i);
  const auto admitted = tier.admit(order.number, chunk.rows);
  if (!admitted)
    return admitted.error();
  if (*admitted < chunk.rows.size()) {
    const auto first = chunk.rows[*admitted].seq;
    std::erase_if(seqs, [&](const auto seq) { return seq >= first; });
    chunk.rows.resize(*admitted);
  }
  if (seqs.empty())
    return std::optional<core::claimed_chunk>{};
  const auto id = add_claim(db, campaign, by, seqs);
  if (!id)
    return id.error();
  chunk.claim = *id;
  chunk.from_seq = 1;
  chunk.to_seq = static_cast<core::recipient_seq>(seqs.size());
  for (auto& row : chunk.rows) {
    row.attempt = share.at(row.seq).attempt;
    row.retries = share.at(row.seq).retries;
    row.place = static_cast<std::uint32_t>(std::lower_bound(seqs.begin(), seqs.end(), row.seq) -
                                           seqs.begin());
  }
  return std::optional{std::move(chunk)};
}

} // namespace

core::result<std::vector<core::claimed_chunk>>
claim_due_retries(connection& db, core::campaign_no campaign,
                  const std::vector<valid_order>& orders, const ports::claim_scope& scope,
                  core::wall_time now) {
  std::vector<core::claimed_chunk> chunks;
  if (orders.empty())
    return chunks;
  auto due = load_due(db, campaign, orders, scope, now);
  if (!due)
    return due.error();
  auto left_out = close_needless(db, campaign, *due);
  if (!left_out)
    return left_out.error();
  if (auto s = postpone_closed(db, campaign, *due, now, *left_out); !s)
    return s.error();
  const auto shares = shares_of(*due, orders, *left_out);
  tier_gate tier{db, campaign, orders};
  for (std::size_t o = 0; o < shares.size(); ++o) {
    if (shares[o].empty())
      continue;
    auto chunk = take(db, campaign, orders[o], shares[o], tier);
    if (!chunk)
      return chunk.error();
    if (*chunk)
      chunks.push_back(std::move(**chunk));
  }
  return chunks;
}

} // namespace stentor::postgres
