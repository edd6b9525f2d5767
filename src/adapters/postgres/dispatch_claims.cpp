/// dispatch_store: handing ranges of the list and due retries out to numbers.
#include "adapters/postgres/dispatch_store.hpp"
#include "stentor/core/person.hpp"

#include <algorithm>
#include <map>

namespace stentor::postgres {

namespace {

/// A range to hand out; `id` is 0 for one that the cursor gave.
struct range {
  std::int64_t id = 0;
  core::recipient_seq from = 0, to = 0;
};

void add_row(core::claimed_chunk& chunk, const rows& r, int i) {
  core::claimed_chunk::row row;
  row.seq = static_cast<core::recipient_seq>(r.integer(i, 0));
  row.stopped = r.boolean(i, 4);
  row.to_begin = static_cast<std::uint32_t>(chunk.text.size());
  if (!r.is_null(i, 1)) {
    const auto phone = r.integer(i, 1);
    row.person = static_cast<core::person_key>(phone);
    chunk.text += '+';
    chunk.text += std::to_string(phone);
  } else {
    row.person = core::person_from_user_id(r.text(i, 2));
    chunk.text += r.text(i, 2);
  }
  row.to_size = static_cast<std::uint32_t>(chunk.text.size()) - row.to_begin;
  row.variables_begin = static_cast<std::uint32_t>(chunk.text.size());
  chunk.text += r.text(i, 3);
  row.variables_size = static_cast<std::uint32_t>(chunk.text.size()) - row.variables_begin;
  chunk.rows.push_back(row);
}

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

/// What one call of claim() works on.
struct dispatch_store::run_of_claims {
  core::campaign_no campaign = 0;
  core::recipient_seq next = 1, total = 0;
  std::vector<range> free; ///< the first one last, to be popped
  ports::claim_result result;

  /// Up to `count` recipients; an empty range (to < from) when nothing is left.
  [[nodiscard]] range pick(std::int32_t count) {
    if (!free.empty()) {
      const auto r = free.back();
      free.pop_back();
      return r;
    }
    const auto to = static_cast<core::recipient_seq>(
        std::min<std::int64_t>(total, std::int64_t{next} + count - 1));
    const range r{.id = 0, .from = next, .to = to};
    next = std::max(next, to + 1);
    return r;
  }
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
  run_of_claims run{.campaign = campaign, .next = 1, .total = 0, .free = {}, .result = {}};
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
  auto left = db_.call("dispatch_free_claims", params{}.integer(campaign));
  if (!left)
    return left.problem();
  for (int i = left->size() - 1; i >= 0; --i)
    run.free.push_back({.id = left->integer(i, 0),
                        .from = static_cast<core::recipient_seq>(left->integer(i, 1)),
                        .to = static_cast<core::recipient_seq>(left->integer(i, 2))});
  for (const auto& [order, owner] : *valid)
    if (auto s = serve(run, order, owner); !s)
      return s.problem();
  if (run.next != c->next_seq)
    if (auto s = done("dispatch_move_cursor", params{}.integer(campaign).integer(run.next)); !s)
      return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  run.result.exhausted = run.free.empty() && run.next > run.total;
  return std::move(run.result);
}

core::status dispatch_store::serve(run_of_claims& run, const ports::claim_order& order,
                                   const std::string& owner) {
  // A range whose every recipient was screened out leaves no claim behind; the next one is taken
  // instead.
  while (!run.free.empty() || run.next <= run.total) {
    core::claimed_chunk chunk;
    if (auto s = take_range(run, order, owner, chunk); !s)
      return s;
    if (chunk.rows.empty())
      continue;
    run.result.chunks.push_back(std::move(chunk));
    break;
  }
  return core::done{};
}

core::status dispatch_store::take_range(run_of_claims& run, const ports::claim_order& order,
                                        const std::string& owner, core::claimed_chunk& chunk) {
  auto r = run.pick(order.count);
  const auto last = static_cast<core::recipient_seq>(
      std::min<std::int64_t>(r.to, std::int64_t{r.from} + order.count - 1));
  const auto add = [&](core::recipient_seq from, core::recipient_seq to, const std::string& who,
                       bool free) -> core::result<std::int64_t> {
    params p;
    p.integer(run.campaign)
        .integer(order.number)
        .integer(from)
        .integer(to)
        .text(who)
        .integer(order.epoch)
        .boolean(free);
    auto added = db_.call("dispatch_add_claim", std::move(p));
    if (!added)
      return added.problem();
    return added->integer(0, 0);
  };
  if (r.id != 0)
    // A new row, never the old id: a dead owner may still be on its way to close that one.
    if (auto s = done("dispatch_delete_claims",
                      std::move(params{}.int8_array(std::vector<std::int64_t>{r.id})));
        !s)
      return s;
  if (last < r.to) {
    auto rest = add(last + 1, r.to, "", true);
    if (!rest)
      return rest.problem();
    run.free.push_back({.id = *rest, .from = last + 1, .to = r.to});
  }
  params p;
  p.integer(run.campaign).integer(r.from).integer(last);
  auto people = db_.call("dispatch_read_range", std::move(p), answer_format::binary);
  if (!people)
    return people.problem();
  if (people->empty())
    return core::done{};
  auto id = add(r.from, last, owner, false);
  if (!id)
    return id.problem();
  chunk.claim = *id;
  chunk.campaign = run.campaign;
  chunk.number = order.number;
  chunk.epoch = order.epoch;
  chunk.from_seq = r.from;
  chunk.to_seq = last;
  chunk.rows.reserve(static_cast<std::size_t>(people->size()));
  for (int i = 0; i < people->size(); ++i)
    add_row(chunk, *people, i);
  return core::done{};
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
      add_row(chunk, *people, i);
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

core::result<ports::dispatch_store::retry_agenda> dispatch_store::retries(core::wall_time now) {
  if (auto s = db_.ensure(); !s)
    return s.problem();
  const auto now_ms = now.time_since_epoch().count();
  auto due = db_.call("dispatch_retries_due", params{}.integer(now_ms));
  if (!due)
    return due.problem();
  retry_agenda agenda;
  for (int i = 0; i < due->size(); ++i)
    agenda.due.push_back(static_cast<core::campaign_no>(due->integer(i, 0)));
  auto next = db_.call("dispatch_next_retry", params{}.integer(now_ms));
  if (!next)
    return next.problem();
  agenda.next_due_ms = next->integer(0, 0);
  return agenda;
}

} // namespace stentor::postgres
