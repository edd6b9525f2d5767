/// Claims, retries and what dead owners leave behind: postgres/delivery/{range_claims,
/// retry_claims, recovery} as values.
#include "tests/model/stores.hpp"

#include "stentor/core/audience/screening.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <algorithm>

namespace stentor::simulation {

namespace {

core::claimed_chunk chunk_for(core::campaign_no campaign, const ports::claim_order& order) {
  core::claimed_chunk chunk;
  chunk.campaign = campaign;
  chunk.number = order.number;
  chunk.epoch = order.epoch;
  return chunk;
}

void add_row(core::claimed_chunk& chunk, core::recipient_seq seq, const recipient_row& row,
             bool stopped, bool is_closed) {
  const auto& who = row.who;
  const auto to = who.phone != 0 ? "+" + std::to_string(who.phone) : who.user_id;
  chunk.rows.push_back({.seq = seq,
                        .stopped = stopped,
                        .withheld = static_cast<std::int16_t>(
                            is_closed ? core::screen_reason::meta_cap : core::screen_reason::none),
                        .lang = row.lang,
                        .person = who.key(),
                        .also = who.phone == 0 ? 0 : core::person_from_user_id(who.user_id),
                        .to_begin = static_cast<std::uint32_t>(chunk.text.size()),
                        .to_size = static_cast<std::uint32_t>(to.size())});
  chunk.text += to;
}

bool is_open(const ports::claim_scope& scope, const campaign_row& row, core::recipient_seq seq) {
  if (scope.all)
    return true;
  const auto parts = row.all_parts();
  return std::any_of(parts.begin(), parts.end(), [&](const auto& part) {
    return seq >= part.from && seq <= part.to &&
           std::find(scope.open.begin(), scope.open.end(), part.no) != scope.open.end();
  });
}

/// One claim call: ranges that dead owners left over first, then the cursors of what is open.
class claiming {
public:
  claiming(world& w, core::campaign_no campaign, const ports::claim_scope& scope)
      : w_{w}, campaign_{campaign}, scope_{scope}, row_{w.campaigns.at(campaign)}, blocked_{
                                                                                       w,
                                                                                       row_.terms} {
    for (const auto& [id, c] : w.claims)
      if (c.campaign == campaign && c.free) {
        if (is_open(scope, row_, c.from))
          leftovers_.push_back(id);
        else
          leaves_closed_ = true;
      }
    std::sort(leftovers_.begin(), leftovers_.end(),
              [&](auto a, auto b) { return w.claims.at(a).from < w.claims.at(b).from; });
  }

  void serve(const std::vector<ports::claim_order>& orders, ports::claim_result& result) {
    for (const auto& order : orders) {
      auto chunk = chunk_for(campaign_, order);
      while (chunk.rows.empty() && take_range(order, chunk)) {
      }
      if (!chunk.rows.empty())
        result.chunks.push_back(std::move(chunk));
    }
    result.dry = leftovers_.empty() && !open_part();
    for (const auto& part : row_.all_parts())
      if (part.left() > 0)
        result.left.push_back({part.no, part.next});
    result.exhausted = result.dry && result.left.empty() && !leaves_closed_;
  }

private:
  /// The first that has somebody and may be claimed from.
  [[nodiscard]] std::optional<core::plan_part> open_part() const {
    for (const auto& part : row_.all_parts())
      if (part.left() > 0 && is_open(scope_, row_, part.from))
        return part;
    return std::nullopt;
  }
  /// False when nothing is left. A range without anybody to send to leaves no claim behind.
  bool take_range(const ports::claim_order& order, core::claimed_chunk& chunk) {
    core::recipient_seq from = 0, to = 0;
    const auto left_over = !leftovers_.empty();
    if (left_over) {
      const auto id = leftovers_.front();
      leftovers_.erase(leftovers_.begin());
      auto rest = w_.claims.at(id);
      w_.claims.erase(id);
      from = rest.from;
      to = std::min(rest.to, from + order.count - 1);
      if (to < rest.to) {
        rest.from = to + 1;
        rest.mark = to;
        leftovers_.insert(leftovers_.begin(), w_.next_claim);
        w_.claims[w_.next_claim++] = rest;
      }
    } else if (const auto part = open_part()) {
      from = part->next;
      to = std::min(part->to, from + order.count - 1);
      row_.claimed_up_to(part->no, to + 1);
    } else {
      return false;
    }
    for (auto seq = from; seq <= to; ++seq) {
      const auto row = w_.row_of({campaign_, seq});
      if (row.screen != 0 || (left_over && w_.retries.contains({campaign_, seq})))
        continue;
      add_row(chunk, seq, row, blocked_.contains(row.who), w_.closed_until({campaign_, seq}) > 0);
      chunk.rows.back().place = static_cast<std::uint32_t>(seq - from);
    }
    if (chunk.rows.empty())
      return true;
    chunk.claim = w_.next_claim++;
    chunk.from_seq = from;
    chunk.to_seq = to;
    w_.claims[chunk.claim] = {campaign_, order.number, order.epoch, from, to, from - 1, false};
    return true;
  }

  world& w_;
  core::campaign_no campaign_;
  const ports::claim_scope& scope_;
  campaign_row& row_;
  blocked_people blocked_;
  std::vector<core::claim_id> leftovers_; ///< of what is open
  bool leaves_closed_ = false;
};

/// Whether anything proves an end of the first try.
bool first_try_is_known(const core::delivery& d) {
  return d.attempt > 0 || d.settled_attempt >= 0 || d.rejected_attempt >= 0 ||
         d.in_doubt_attempt >= 0 || d.opted_out_at != 0 || d.cancelled_at != 0 || d.expired_at != 0;
}

/// Whether the end of a later try is known.
bool try_is_known(const core::delivery& d, std::int16_t attempt) {
  return d.settled_attempt >= attempt || d.rejected_attempt >= attempt ||
         d.in_doubt_attempt >= attempt || d.opted_out_at != 0;
}

class recovering {
public:
  recovering(world& w, std::int64_t now_ms, const ports::flight_recorder& flights)
      : w_{w}, now_ms_{now_ms}, flights_{flights} {
    // What the projection has not folded yet is known all the same.
    for (auto i = w.folded; i < w.events.size(); ++i) {
      auto& last = unfolded_.try_emplace(w.events[i].who, std::int16_t{-1}).first->second;
      last = std::max(last, w.events[i].attempt);
    }
  }

  void settle(const ports::lease& lease) {
    const auto claims = w_.claims;
    for (const auto& [id, c] : claims)
      if (!c.free && c.number == lease.number && c.epoch < lease.epoch) {
        w_.claims.erase(id);
        report.settled.push_back(id);
        if (c.seqs.empty())
          settle(id, c, lease.epoch);
      }
    for (auto& [who, r] : w_.retries)
      if (r.on_its_way() && r.number == lease.number && r.epoch < lease.epoch)
        settle(who, r, claims);
  }
  ports::recovery_report report;

private:
  void settle(core::claim_id id, claim_row c, core::lease_epoch epoch) {
    std::vector<core::marked_recipient> marked;
    for (auto seq = c.from; seq <= c.mark; ++seq) {
      const recipient who{c.campaign, seq};
      const auto d = w_.deliveries.find(who);
      const auto known = w_.retries.contains(who) || last_unfolded(who) >= 0 ||
                         (d != w_.deliveries.end() && first_try_is_known(d->second));
      if (w_.row_of(who).screen == 0)
        marked.push_back({.seq = seq, .known = known});
    }
    const auto seen = flights_.departed(id);
    const auto landed = core::land({c.from, c.to}, c.mark, marked, seen ? &*seen : nullptr);
    for (const auto seq : landed.in_doubt)
      doubt({c.campaign, seq}, 0);
    if (ended_early(w_, c.campaign))
      return;
    c.epoch = epoch;
    c.free = true;
    for (const auto& [from, to] : landed.unsent) {
      c.from = from;
      c.to = to;
      c.mark = from - 1;
      report.reclaimed += to - from + 1;
      w_.claims[w_.next_claim++] = c;
    }
  }
  void settle(const recipient& who, queued_retry& r,
              const std::map<core::claim_id, claim_row>& claims) {
    r.claimed = false;
    const auto d = w_.deliveries.find(who);
    if (last_unfolded(who) >= r.row.attempt ||
        (d != w_.deliveries.end() && try_is_known(d->second, r.row.attempt))) {
      r.done = true;
      return;
    }
    const auto claim = claims.find(r.claim);
    const auto seen = flights_.departed(r.claim);
    if (claim == claims.end() || core::may_have_left(place_of(claim->second, who.second),
                                                     claim->second.mark, seen ? &*seen : nullptr)) {
      r.done = true;
      return doubt(who, r.row.attempt);
    }
    r.done = ends_unsent(w_, who);
    ++report.reclaimed;
  }
  static std::int64_t place_of(const claim_row& c, core::recipient_seq seq) {
    return std::find(c.seqs.begin(), c.seqs.end(), seq) - c.seqs.begin();
  }
  [[nodiscard]] std::int16_t last_unfolded(recipient who) const {
    const auto at = unfolded_.find(who);
    return at == unfolded_.end() ? std::int16_t{-1} : at->second;
  }
  void doubt(recipient who, std::int16_t attempt) {
    note_doubt(w_, {.campaign = who.first,
                    .seq = who.second,
                    .attempt = attempt,
                    .since_ms = now_ms_,
                    .code = 0});
    w_.append({.who = who,
               .attempt = attempt,
               .kind = core::event_kind::in_doubt,
               .code = 0,
               .at_ms = now_ms_,
               .number = {},
               .text = {},
               .committed_ms = {},
               .folded_ms = {}});
    ++report.in_doubt;
  }

  world& w_;
  std::int64_t now_ms_;
  const ports::flight_recorder& flights_;
  std::map<recipient, std::int16_t> unfolded_; ///< the latest try that such an event tells of
};

} // namespace

core::result<ports::recovery_report> claim_store::recover(const std::vector<ports::lease>& leases,
                                                          std::int64_t now_ms,
                                                          const ports::flight_recorder& flights) {
  return transact(w_, "recover", w_.store_fails, [&]() -> core::result<ports::recovery_report> {
    w_.log.emplace_back("recover");
    recovering all{w_, now_ms, flights};
    for (const auto& lease : leases)
      if (w_.holds(lease.number, lease.epoch))
        all.settle(lease);
      else
        all.report.fenced.push_back(lease.number);
    return all.report;
  });
}

void claim_store::free_unheard() {
  for (const auto id : unheard_claims_) {
    const auto found = w_.claims.find(id);
    if (found == w_.claims.end() || found->second.free)
      continue;
    auto row = found->second;
    w_.claims.erase(found);
    for (const auto seq : row.seqs) {
      auto& retry = w_.retries.at({row.campaign, seq});
      if (!retry.on_its_way() || retry.claim != id)
        continue;
      retry.claimed = false;
      retry.done = ends_unsent(w_, {row.campaign, seq});
    }
    row.free = true;
    row.mark = row.from - 1;
    if (row.seqs.empty() && !ended_early(w_, row.campaign))
      w_.claims[w_.next_claim++] = row;
  }
}

core::status claim_store::give_back() {
  if (unheard_claims_.empty())
    return core::ok{};
  auto freed = transact(w_, "give_back", w_.store_fails, [&]() -> core::status {
    free_unheard();
    return core::ok{};
  });
  if (freed)
    unheard_claims_.clear();
  return freed;
}

/// In case the answer is lost.
void claim_store::note(const std::vector<core::claimed_chunk>& chunks) {
  for (const auto& chunk : chunks)
    unheard_claims_.push_back(chunk.claim);
}

core::result<ports::claim_result> claim_store::claim(core::campaign_no campaign,
                                                     const std::vector<ports::claim_order>& orders,
                                                     const ports::claim_scope& scope) {
  ++w_.claim_calls;
  if (w_.on_claim)
    w_.on_claim();
  auto answer = transact(w_, "claim", w_.store_fails, [&]() -> core::result<ports::claim_result> {
    free_unheard();
    ports::claim_result result;
    std::vector<ports::claim_order> valid;
    for (const auto& order : orders)
      if (w_.holds(order.number, order.epoch))
        valid.push_back(order);
      else
        result.fenced.push_back(order.number);
    if (w_.status(campaign) == core::campaign_status::sending)
      claiming{w_, campaign, scope}.serve(valid, result);
    note(result.chunks);
    return result;
  });
  if (answer)
    unheard_claims_.clear();
  return answer;
}

namespace {

/// What of a campaign is due and still needed, the oldest first; what an earlier try has made
/// needless is closed.
std::vector<recipient> due_for(world& w, core::campaign_no campaign,
                               const std::vector<ports::claim_order>& orders,
                               const ports::claim_scope& scope, std::size_t wanted,
                               core::wall_time now) {
  const auto& row = w.campaigns.at(campaign);
  const auto serves = [&](core::number_no number) {
    return number == 0 || std::any_of(orders.begin(), orders.end(),
                                      [&](const auto& o) { return o.number == number; });
  };
  std::vector<std::pair<std::int64_t, recipient>> due;
  for (auto at = w.retries.lower_bound({campaign, 0});
       at != w.retries.end() && at->first.first == campaign; ++at)
    if (at->second.waits() && at->second.row.due_ms <= now.time_since_epoch().count() &&
        serves(at->second.row.number) && is_open(scope, row, at->first.second))
      due.emplace_back(at->second.row.due_ms, at->first);
  std::sort(due.begin(), due.end());
  due.resize(std::min(due.size(), wanted));
  std::vector<recipient> needed;
  for (const auto& [due_ms, who] : due) {
    const auto d = w.deliveries.find(who);
    auto& r = w.retries.at(who);
    const auto need =
        d == w.deliveries.end() ? core::retry_need::needed : core::need_of_retry(d->second);
    const auto unfolded =
        std::any_of(w.events.begin() + static_cast<std::ptrdiff_t>(w.folded), w.events.end(),
                    [who = who](const ledger_event& e) { return e.who == who; });
    if (need == core::retry_need::needless ||
        (need == core::retry_need::needless_if_folded && !unfolded))
      r.close_needless();
    if (need != core::retry_need::needed)
      continue;
    if (const auto until = w.closed_until(who); until > 0)
      r.row.due_ms = until;
    else
      needed.push_back(who);
  }
  return needed;
}

/// Round robin where a retry names no number; each share in the order of the list.
std::vector<std::vector<recipient>> shares_of(const world& w, const std::vector<recipient>& due,
                                              const std::vector<ports::claim_order>& orders) {
  std::vector<std::vector<recipient>> shares(orders.size());
  std::size_t turn = 0;
  for (const auto& who : due) {
    const auto number = w.retries.at(who).row.number;
    for (std::size_t tries = 0; tries < orders.size(); ++tries) {
      const auto o = (turn + tries) % orders.size();
      if ((number != 0 && orders[o].number != number) ||
          std::cmp_greater_equal(shares[o].size(), orders[o].count))
        continue;
      shares[o].push_back(who);
      turn = number == 0 ? o + 1 : turn;
      break;
    }
  }
  for (auto& share : shares)
    std::sort(share.begin(), share.end());
  return shares;
}

} // namespace

core::result<std::vector<core::claimed_chunk>>
claim_store::claim_retries(core::campaign_no campaign,
                           const std::vector<ports::claim_order>& orders,
                           const ports::claim_scope& scope, core::wall_time now) {
  using chunks = std::vector<core::claimed_chunk>;
  auto answer = transact(w_, "claim_retries", w_.store_fails, [&]() -> core::result<chunks> {
    free_unheard();
    std::vector<ports::claim_order> valid;
    std::size_t wanted = 0;
    for (const auto& order : orders)
      if (w_.holds(order.number, order.epoch)) {
        valid.push_back(order);
        wanted += static_cast<std::size_t>(order.count);
      }
    const auto shares = shares_of(w_, due_for(w_, campaign, valid, scope, wanted, now), valid);
    chunks handed_out;
    const blocked_people blocked{w_, w_.campaigns.at(campaign).terms};
    for (std::size_t o = 0; o < shares.size(); ++o) {
      auto chunk = chunk_for(campaign, valid[o]);
      claim_row claim{campaign, valid[o].number, valid[o].epoch, 0, 0, 0, false};
      for (const auto& who : shares[o]) {
        auto& r = w_.retries.at(who);
        r.claimed = true;
        r.number = valid[o].number;
        r.epoch = valid[o].epoch;
        r.claim = w_.next_claim;
        const auto one = w_.row_of(who);
        add_row(chunk, who.second, one, blocked.contains(one.who), false);
        chunk.rows.back().attempt = r.row.attempt;
        chunk.rows.back().retries = r.row.retries;
        chunk.rows.back().place = static_cast<std::uint32_t>(claim.seqs.size());
        claim.seqs.push_back(who.second);
      }
      if (chunk.rows.empty())
        continue;
      chunk.retries = true;
      chunk.from_seq = claim.from = 1;
      chunk.to_seq = claim.to = static_cast<core::recipient_seq>(claim.seqs.size());
      chunk.claim = w_.next_claim++;
      w_.claims[chunk.claim] = std::move(claim);
      handed_out.push_back(std::move(chunk));
    }
    note(handed_out);
    return handed_out;
  });
  if (answer)
    unheard_claims_.clear();
  return answer;
}

} // namespace stentor::simulation
