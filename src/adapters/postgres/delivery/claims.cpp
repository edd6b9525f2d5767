/// dispatch_store: handing ranges of the list and due retries out to numbers.
#include "adapters/postgres/delivery/claim_rows.hpp"
#include "adapters/postgres/delivery/dispatch_store.hpp"

#include <algorithm>
#include <map>

namespace stentor::postgres {

namespace {

/// A due retry and the order it goes to.
struct assigned {
  core::recipient_seq seq = 0;
  std::int16_t attempt = 0, retries = 0;
};

/// Spreads retries over the orders: those that name a number go there, the others to whoever has
/// room, in turn.
std::vector<std::vector<assigned>>
spread(const rows& due, const std::vector<std::pair<ports::claim_order, std::string>>& orders) {
  std::vector<std::vector<assigned>> shares(orders.size());
  const auto room = [&](std::size_t o) {
    return static_cast<std::int32_t>(shares[o].size()) < orders[o].first.count;
  };
  std::size_t turn = 0;
  for (int i = 0; i < due.size(); ++i) {
    const assigned a{.seq = static_cast<core::recipient_seq>(due.integer(i, 0)),
                     .attempt = static_cast<std::int16_t>(due.integer(i, 1)),
                     .retries = static_cast<std::int16_t>(due.integer(i, 2))};
    const auto number = static_cast<core::number_no>(due.integer(i, 3));
    for (std::size_t tries = 0; tries < orders.size(); ++tries) {
      const auto o = (turn + tries) % orders.size();
      if ((number != 0 && orders[o].first.number != number) || !room(o))
        continue;
      shares[o].push_back(a);
      turn = number == 0 ? o + 1 : turn;
      break;
    }
  }
  return shares;
}

} // namespace

/// A range to hand out; `id` is 0 for one that the cursor gave.
struct dispatch_store::range {
  std::int64_t id = 0;
  core::recipient_seq from = 0, to = 0;
};

struct dispatch_store::claim_part {
  ports::claim_order order;
  std::string owner;
  range part;
};

/// What one call of claim() works on.
struct dispatch_store::run_of_claims {
  core::campaign_no campaign{};
  core::recipient_seq next = 1, total = 0;
  locked_campaign terms;
  std::vector<range> free; ///< the first one last, to be popped
  std::vector<std::pair<ports::claim_order, std::string>> unserved; ///< orders with their owner
  ports::claim_result result;
};

core::result<std::vector<std::pair<ports::claim_order, std::string>>>
dispatch_store::valid_orders(const std::vector<ports::claim_order>& orders,
                             std::vector<core::number_no>& fenced) {
  std::vector<std::int32_t> numbers;
  for (const auto& o : orders)
    numbers.push_back(o.number);
  auto r = db_.call("dispatch_lock_leases", std::move(params{}.int4_array(numbers)));
  if (!r)
    return r.problem();
  std::map<core::number_no, std::pair<core::lease_epoch, std::string>> leases;
  for (int i = 0; i < r->size(); ++i)
    leases[static_cast<core::number_no>(r->integer(i, 0))] = {
        static_cast<core::lease_epoch>(r->integer(i, 1)), r->string(i, 2)};
  std::vector<std::pair<ports::claim_order, std::string>> valid;
  for (const auto& o : orders) {
    const auto found = leases.find(o.number);
    if (found == leases.end() || found->second.first != o.epoch)
      fenced.push_back(o.number);
    else if (o.count > 0)
      valid.emplace_back(o, found->second.second);
  }
  return valid;
}

core::result<ports::claim_result>
dispatch_store::claim(core::campaign_no campaign, const std::vector<ports::claim_order>& orders) {
  auto t = begin();
  if (!t)
    return t.problem();
  run_of_claims run{.campaign = campaign,
                    .next = 1,
                    .total = 0,
                    .terms = {},
                    .free = {},
                    .unserved = {},
                    .result = {}};
  auto valid = valid_orders(orders, run.result.fenced);
  if (!valid)
    return valid.problem();
  auto c = lock(campaign);
  if (!c)
    return c.problem();
  if (c->status != core::campaign_status::sending)
    return std::move(run.result);
  run.next = c->next_seq;
  run.total = c->total;
  run.terms = *c;
  auto left = db_.call("dispatch_free_claims", params{}.integer(campaign));
  if (!left)
    return left.problem();
  for (int i = left->size() - 1; i >= 0; --i)
    run.free.push_back({.id = core::claim_id{left->integer(i, 0)},
                        .from = static_cast<core::recipient_seq>(left->integer(i, 1)),
                        .to = static_cast<core::recipient_seq>(left->integer(i, 2))});
  for (const auto& [order, owner] : *valid) {
    auto served = serve_leftover(run, order, owner);
    if (!served)
      return served.problem();
    if (!*served)
      run.unserved.emplace_back(order, owner);
  }
  if (auto s = serve_from_cursor(run); !s)
    return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  run.result.exhausted = run.free.empty() && run.next > run.total;
  return std::move(run.result);
}

/// Hands out what dead owners left over. False when there is nothing of it for this order.
core::result<bool> dispatch_store::serve_leftover(run_of_claims& run,
                                                  const ports::claim_order& order,
                                                  const std::string& owner) {
  // A range whose every recipient was screened out leaves no claim behind; the next one is taken
  // instead.
  while (!run.free.empty()) {
    auto r = run.free.back();
    run.free.pop_back();
    // A new row, never the old id: a dead owner may still be on its way to close that one.
    if (auto s = done("dispatch_delete_claims",
                      std::move(params{}.int8_array(std::vector<std::int64_t>{r.id})));
        !s)
      return s.problem();
    if (r.to - r.from >= order.count) {
      range rest{.id = 0, .from = r.from + order.count, .to = r.to};
      r.to = rest.from - 1;
      auto added = add_claims(run.campaign, {{.order = order, .owner = "", .part = rest}}, true);
      if (!added)
        return added.problem();
      rest.id = added->front();
      run.free.push_back(rest);
    }
    if (auto s = read_parts(run, {{.order = order, .owner = owner, .part = r}},
                            "dispatch_read_leftover");
        !s)
      return s.problem();
    if (!run.result.chunks.empty() && run.result.chunks.back().number == order.number)
      return true;
  }
  return false;
}

/// Moves the cursor once for all orders and reads their recipients as one range: the planning and
/// the round trip of a statement cost as much as reading hundreds of rows.
core::status dispatch_store::serve_from_cursor(run_of_claims& run) {
  const auto before = run.next;
  while (!run.unserved.empty() && run.next <= run.total) {
    std::vector<claim_part> parts;
    for (const auto& [order, owner] : run.unserved) {
      if (run.next > run.total)
        break;
      const auto to = static_cast<core::recipient_seq>(
          std::min<std::int64_t>(run.total, std::int64_t{run.next} + order.count - 1));
      parts.push_back(
          {.order = order, .owner = owner, .part = {.id = 0, .from = run.next, .to = to}});
      run.next = to + 1;
    }
    if (auto s = read_parts(run, parts, "dispatch_read_range"); !s)
      return s;
    // Who got only screened-out recipients is served again.
    std::erase_if(run.unserved, [&](const auto& waiting) {
      return std::any_of(run.result.chunks.begin(), run.result.chunks.end(),
                         [&](const auto& chunk) { return chunk.number == waiting.first.number; });
    });
  }
  if (run.next == before)
    return core::done{};
  return done("dispatch_move_cursor", params{}.integer(run.campaign).integer(run.next));
}

/// Reads adjoining ranges in one statement and adds a chunk and a claim for each that has a
/// recipient to send to.
core::status dispatch_store::read_parts(run_of_claims& run, const std::vector<claim_part>& parts,
                                        const char* query) {
  params p;
  p.integer(run.campaign).integer(parts.front().part.from).integer(parts.back().part.to);
  if (std::string_view{query} == "dispatch_read_range")
    p.integer(run.terms.organization).boolean(run.terms.marketing).text(run.terms.since);
  auto people = db_.call(query, std::move(p), answer_format::binary);
  if (!people)
    return people.problem();
  std::vector<claim_part> filled;
  const auto first = run.result.chunks.size();
  int row = 0;
  for (const auto& part : parts) {
    core::claimed_chunk chunk;
    chunk.campaign = run.campaign;
    chunk.number = part.order.number;
    chunk.epoch = part.order.epoch;
    chunk.from_seq = part.part.from;
    chunk.to_seq = part.part.to;
    for (; row < people->size() && people->integer(row, 0) <= part.part.to; ++row)
      add_claimed_row(chunk, *people, row);
    if (chunk.rows.empty())
      continue;
    run.result.chunks.push_back(std::move(chunk));
    filled.push_back(part);
  }
  if (filled.empty())
    return core::done{};
  auto ids = add_claims(run.campaign, filled, false);
  if (!ids)
    return ids.problem();
  for (std::size_t i = 0; i < filled.size(); ++i)
    run.result.chunks[first + i].claim = core::claim_id{(*ids)[i]};
  return core::done{};
}

core::result<std::vector<std::int64_t>>
dispatch_store::add_claims(core::campaign_no campaign, const std::vector<claim_part>& parts,
                           bool free) {
  std::vector<std::int32_t> numbers, from, to, epochs;
  std::vector<std::string_view> owners;
  for (const auto& part : parts) {
    numbers.push_back(part.order.number);
    from.push_back(part.part.from);
    to.push_back(part.part.to);
    owners.push_back(part.owner);
    epochs.push_back(part.order.epoch);
  }
  params p;
  p.integer(campaign).int4_array(numbers).int4_array(from).int4_array(to);
  p.text_array(owners).int4_array(epochs).boolean(free);
  auto added = db_.call("dispatch_add_claims", std::move(p));
  if (!added)
    return added.problem();
  std::map<core::recipient_seq, std::int64_t> by_start;
  for (int i = 0; i < added->size(); ++i)
    by_start[static_cast<core::recipient_seq>(added->integer(i, 0))] = added->integer(i, 1);
  std::vector<std::int64_t> ids;
  for (const auto start : from)
    ids.push_back(by_start[start]);
  return ids;
}

core::result<std::vector<core::claimed_chunk>>
dispatch_store::claim_retries(core::campaign_no campaign,
                              const std::vector<ports::claim_order>& orders, core::wall_time now) {
  auto t = begin();
  if (!t)
    return t.problem();
  std::vector<core::number_no> fenced;
  auto valid = valid_orders(orders, fenced);
  if (!valid)
    return valid.problem();
  std::vector<std::int32_t> numbers;
  std::int64_t wanted = 0;
  for (const auto& [o, owner] : *valid) {
    numbers.push_back(o.number);
    wanted += o.count;
  }
  std::vector<core::claimed_chunk> chunks;
  if (numbers.empty())
    return chunks;
  params p;
  p.integer(campaign).integer(now.time_since_epoch().count()).int4_array(numbers).integer(wanted);
  auto due = db_.call("dispatch_due_retries", std::move(p));
  if (!due)
    return due.problem();
  const auto shares = spread(*due, *valid);
  for (std::size_t o = 0; o < shares.size(); ++o) {
    if (shares[o].empty())
      continue;
    std::map<core::recipient_seq, assigned> by_seq;
    std::vector<std::int32_t> seqs;
    for (const auto& a : shares[o]) {
      by_seq[a.seq] = a;
      seqs.push_back(a.seq);
    }
    const auto& order = (*valid)[o].first;
    params claim;
    claim.integer(campaign).integer(order.number).integer(order.epoch).int4_array(seqs);
    if (auto s = done("dispatch_claim_retries", std::move(claim)); !s)
      return s.problem();
    auto people =
        db_.call("dispatch_read_some", std::move(params{}.integer(campaign).int4_array(seqs)),
                 answer_format::binary);
    if (!people)
      return people.problem();
    core::claimed_chunk chunk;
    chunk.campaign = campaign;
    chunk.number = order.number;
    chunk.epoch = order.epoch;
    chunk.from_seq = by_seq.begin()->first;
    chunk.to_seq = by_seq.rbegin()->first;
    for (int i = 0; i < people->size(); ++i) {
      add_claimed_row(chunk, *people, i);
      chunk.rows.back().attempt = by_seq[chunk.rows.back().seq].attempt;
      chunk.rows.back().retries = by_seq[chunk.rows.back().seq].retries;
    }
    if (!chunk.rows.empty())
      chunks.push_back(std::move(chunk));
  }
  if (auto s = t->commit(); !s)
    return s.problem();
  return chunks;
}

core::result<ports::retry_agenda> dispatch_store::retries(core::wall_time now) {
  if (auto s = db_.ensure(); !s)
    return s.problem();
  const auto now_ms = now.time_since_epoch().count();
  auto due = db_.call("dispatch_retries_due", params{}.integer(now_ms));
  if (!due)
    return due.problem();
  ports::retry_agenda agenda;
  for (int i = 0; i < due->size(); ++i)
    agenda.due.push_back(static_cast<core::campaign_no>(due->integer(i, 0)));
  auto next = db_.call("dispatch_next_retry", params{}.integer(now_ms));
  if (!next)
    return next.problem();
  agenda.next_due_ms = next->integer(0, 0);
  return agenda;
}

} // namespace stentor::postgres
