#include "adapters/postgres/delivery/range_claims.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/claim_rows.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace stentor::postgres {

namespace {

/// Of so many small parts an order gets something at once; each piece is a claim of its own.
constexpr std::size_t pieces_most = 16;

} // namespace

core::result<std::vector<core::claim_id>> add_claims(connection& db, core::campaign_no campaign,
                                                     const claim_columns& claims, bool free) {
  params p;
  p.integer(campaign).int4_array(claims.numbers).int4_array(claims.from).int4_array(claims.to);
  p.text_array(claims.owners).int4_array(claims.epochs).boolean(free);
  auto added = db.call("claims_add", std::move(p));
  if (!added)
    return added.error();
  std::map<core::recipient_seq, core::claim_id> by_start;
  for (const auto row : each(*added))
    by_start[row.id<core::recipient_seq>("from_seq")] = row.id<core::claim_id>("id");
  std::vector<core::claim_id> ids;
  for (const auto start : claims.from)
    ids.push_back(by_start[start]);
  return ids;
}

core::result<ports::claim_result> range_claims::serve(const std::vector<valid_order>& orders) {
  auto is_sending = lock();
  if (!is_sending)
    return is_sending.error();
  if (!*is_sending)
    return std::move(result_);
  tier_.emplace(*db_, campaign_, orders);
  if (auto s = load_leftovers(); !s)
    return s.error();
  std::vector<valid_order> unserved;
  for (const auto& by : orders) {
    auto served = serve_leftover(by);
    if (!served)
      return served.error();
    if (!*served)
      unserved.push_back(by);
  }
  if (auto s = load_parts(); !s)
    return s.error();
  if (auto s = serve_from_parts(std::move(unserved)); !s)
    return s.error();
  tell_what_is_left();
  return std::move(result_);
}

void range_claims::tell_what_is_left() {
  result_.dry =
      leftovers_.empty() && std::none_of(parts_.begin(), parts_.end(), std::mem_fn(&part::gives));
  for (const auto& one : parts_)
    if (!one.is_used_up())
      result_.left.push_back({.part = one.no, .next = one.next});
  result_.limit_reached = tier_->has_cut();
  result_.exhausted = result_.dry && result_.left.empty() && !leaves_closed_;
}

/// Whether it is sending.
core::result<bool> range_claims::lock() {
  auto r = db_->call("claims_lock_campaign", params{}.integer(campaign_));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign " + std::to_string(campaign_)};
  const row_reader row{*r};
  terms_.organization = row.id<core::organization_no>("organization_no");
  terms_.is_marketing = row.boolean("is_marketing");
  if (!row.is_null("since"))
    terms_.since = row.string("since");
  return row.boolean("is_sending");
}

core::status range_claims::load_leftovers() {
  params p;
  add_scope(p.integer(campaign_), *scope_);
  auto r = db_->call("claims_left_over", std::move(p));
  if (!r)
    return r.error();
  for (const auto row : each(*r)) {
    if (!row.boolean("is_open")) {
      leaves_closed_ = true;
      continue;
    }
    leftovers_.push_back({.id = row.id<core::claim_id>("id"),
                          .from = row.id<core::recipient_seq>("from_seq"),
                          .to = row.id<core::recipient_seq>("to_seq")});
  }
  std::reverse(leftovers_.begin(), leftovers_.end());
  return core::ok{};
}

bool range_claims::is_served(core::number_no number) const {
  return std::any_of(result_.chunks.begin(), result_.chunks.end(),
                     [&](const auto& chunk) { return chunk.number == number; });
}

/// False when nothing of what was left over is there for this order.
core::result<bool> range_claims::serve_leftover(const valid_order& by) {
  // A range whose every recipient was screened out leaves no claim behind; the next one is taken
  // instead.
  while (!leftovers_.empty() && !tier_->is_spent(by.order.number)) {
    const auto whole = leftovers_.back();
    leftovers_.pop_back();
    auto taken = cut(whole, by);
    if (!taken)
      return taken.error();
    params p;
    p.integer(campaign_).integer(taken->from).integer(taken->to);
    auto people = db_->call("claims_read_leftover", std::move(p), answer_format::binary);
    if (!people)
      return people.error();
    const auto cut_at = hand_out({{.by = by, .of = *taken}}, *people);
    if (!cut_at)
      return cut_at.error();
    if (*cut_at)
      if (auto s = free_rest(by, {.id = {}, .from = **cut_at, .to = taken->to}); !s)
        return s.error();
    if (is_served(by.order.number))
      return true;
  }
  return false;
}

/// As much of a range as the order wants; the rest is free again, as a new claim.
core::result<range_claims::range> range_claims::cut(range whole, const valid_order& by) {
  // A new row, never the old id: a dead owner may still be on its way to close that one.
  if (auto s = db_->execute("claims_delete",
                            std::move(params{}.int8_array(std::vector<core::claim_id>{whole.id})));
      !s)
    return s.error();
  if (whole.to - whole.from < by.order.count)
    return whole;
  const auto next = whole.from + by.order.count;
  if (auto s = free_rest(by, {.id = {}, .from = next, .to = whole.to}); !s)
    return s.error();
  whole.to = next - 1;
  return whole;
}

core::status range_claims::free_rest(const valid_order& by, range rest) {
  auto added = add({{.by = {.order = by.order, .owner = ""}, .of = rest}}, true);
  if (!added)
    return added.error();
  rest.id = added->front();
  leftovers_.push_back(rest);
  return core::ok{};
}

core::status range_claims::load_parts() {
  auto r = db_->call("claims_parts", params{}.integer(campaign_));
  if (!r)
    return r.error();
  for (const auto row : each(*r)) {
    const auto no = row.id<core::part_no>("part");
    parts_.push_back({.no = no,
                      .next = row.id<core::recipient_seq>("next_seq"),
                      .to = row.id<core::recipient_seq>("to_seq"),
                      .is_open = scope_->all ||
                                 std::binary_search(scope_->open.begin(), scope_->open.end(), no)});
  }
  return core::ok{};
}

/// Moves the cursors once for all orders and reads their recipients as one range: the planning and
/// the round trip of a statement cost as much as reading hundreds of rows.
core::status range_claims::serve_from_parts(std::vector<valid_order> unserved) {
  const auto before = parts_;
  while (!unserved.empty()) {
    const auto shares = next_shares(unserved);
    if (shares.empty())
      break;
    const auto handed_out = result_.chunks.size();
    const auto cut_at = read_shares(shares);
    if (!cut_at)
      return cut_at.error();
    if (*cut_at)
      take_back(shares, **cut_at);
    else if (result_.chunks.size() == handed_out)
      if (auto s = skip_left_out(); !s)
        return s;
    // Who got only screened-out recipients, or none because another one was cut off, is served
    // again.
    std::erase_if(unserved, [&](const auto& waiting) {
      return is_served(waiting.order.number) || tier_->is_spent(waiting.order.number);
    });
  }
  return move_cursors(before);
}

/// One or several for each order as long as there are any, each of one part, and all of them
/// adjoining.
std::vector<range_claims::share>
range_claims::next_shares(const std::vector<valid_order>& unserved) {
  std::vector<share> shares;
  auto open = std::find_if(parts_.begin(), parts_.end(), std::mem_fn(&part::gives));
  for (const auto& by : unserved) {
    auto wanted = by.order.count;
    for (std::size_t pieces = 0; wanted > 0 && pieces < pieces_most; ++pieces) {
      if (open != parts_.end() && !open->gives()) { // used up: the next one, if it adjoins
        const auto border = open->to + 1;
        open = std::find_if(open, parts_.end(), std::mem_fn(&part::gives));
        if (open != parts_.end() && open->next != border)
          return shares;
      }
      if (open == parts_.end())
        return shares;
      const auto to = static_cast<core::recipient_seq>(
          std::min<std::int64_t>(open->to, std::int64_t{open->next} + wanted - 1));
      shares.push_back({.by = by, .of = {.id = {}, .from = open->next, .to = to}});
      wanted -= to - open->next + 1;
      open->next = to + 1;
    }
  }
  return shares;
}

/// Behind people who are left out, of whom there may be a million: whom a campaign gave up to
/// another one stand where they stood.
core::status range_claims::skip_left_out() {
  const auto open = std::find_if(parts_.begin(), parts_.end(), std::mem_fn(&part::gives));
  if (open == parts_.end())
    return core::ok{};
  auto r = db_->call("claims_next_sendable",
                     params{}.integer(campaign_).integer(open->next).integer(open->to));
  if (!r)
    return r.error();
  open->next = row_reader{*r}.id<core::recipient_seq>("seq");
  return core::ok{};
}

/// Nobody from there on was handed out.
void range_claims::take_back(const std::vector<share>& shares, core::recipient_seq from) {
  for (const auto& one : shares) {
    if (one.of.to < from)
      continue;
    const auto of = std::find_if(parts_.begin(), parts_.end(),
                                 [&](const auto& part) { return part.to >= one.of.from; });
    of->next = std::min(of->next, std::max(one.of.from, from));
  }
}

core::result<range_claims::cut_off> range_claims::read_shares(const std::vector<share>& shares) {
  params p;
  p.integer(campaign_).integer(shares.front().of.from).integer(shares.back().of.to);
  p.integer(terms_.organization).boolean(terms_.is_marketing).text(terms_.since);
  auto people = db_->call("claims_read_range", std::move(p), answer_format::binary);
  if (!people)
    return people.error();
  return hand_out(shares, *people);
}

core::status range_claims::move_cursors(const std::vector<part>& before) {
  std::vector<std::int32_t> moved;
  std::vector<core::recipient_seq> next;
  std::int64_t claimed = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].next == before[i].next)
      continue;
    moved.push_back(parts_[i].no);
    next.push_back(parts_[i].next);
    claimed += parts_[i].next - before[i].next;
  }
  if (moved.empty())
    return core::ok{};
  params p;
  p.integer(campaign_).int4_array(moved).int4_array(next).integer(claimed);
  return db_->execute("claims_move_cursors", std::move(p));
}

/// Adds a chunk and a claim for each share that has a recipient to send to. The shares adjoin, and
/// the answer holds the people of all of them. Behind somebody who is cut off nobody is handed out.
core::result<range_claims::cut_off> range_claims::hand_out(const std::vector<share>& shares,
                                                           const rows& people) {
  cut_off cut_at;
  std::vector<share> filled;
  std::vector<core::claimed_chunk> chunks;
  const claim_rows reader{people};
  int row = 0;
  for (const auto& one : shares) {
    core::claimed_chunk chunk;
    chunk.campaign = campaign_;
    chunk.number = one.by.order.number;
    chunk.epoch = one.by.order.epoch;
    chunk.from_seq = one.of.from;
    chunk.to_seq = one.of.to;
    for (; row < reader.size() && reader.seq(row) <= one.of.to; ++row) {
      reader.add_to(chunk, row);
      auto& added = chunk.rows.back();
      added.place = static_cast<std::uint32_t>(added.seq - one.of.from);
    }
    const auto admitted = tier_->admit(chunk.number, chunk.rows);
    if (!admitted)
      return admitted.error();
    if (*admitted < chunk.rows.size()) {
      cut_at = chunk.rows[*admitted].seq;
      chunk.to_seq = *cut_at - 1;
      chunk.rows.resize(*admitted);
    }
    if (!chunk.rows.empty()) {
      filled.push_back(
          {.by = one.by, .of = {.id = {}, .from = chunk.from_seq, .to = chunk.to_seq}});
      chunks.push_back(std::move(chunk));
    }
    if (cut_at)
      break;
  }
  if (auto s = add_chunks(filled, std::move(chunks)); !s)
    return s.error();
  return cut_at;
}

core::status range_claims::add_chunks(const std::vector<share>& shares,
                                      std::vector<core::claimed_chunk> chunks) {
  if (shares.empty())
    return core::ok{};
  auto ids = add(shares, false);
  if (!ids)
    return ids.error();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    chunks[i].claim = (*ids)[i];
    result_.chunks.push_back(std::move(chunks[i]));
  }
  return core::ok{};
}

core::result<std::vector<core::claim_id>> range_claims::add(const std::vector<share>& shares,
                                                            bool free) {
  claim_columns claims;
  for (const auto& one : shares) {
    claims.numbers.push_back(one.by.order.number);
    claims.from.push_back(one.of.from);
    claims.to.push_back(one.of.to);
    claims.owners.push_back(one.by.owner);
    claims.epochs.push_back(one.by.order.epoch);
  }
  return add_claims(*db_, campaign_, claims, free);
}

} // namespace stentor::postgres
