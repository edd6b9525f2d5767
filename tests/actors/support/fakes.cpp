/// The fake database: numbers, campaigns, claims, the ledger and its projection.
#include "tests/actors/support/fakes.hpp"

#include <algorithm>

namespace stentor::test {

namespace {

const core::error away{core::errc::unavailable, "the database is away"};

std::string installation(const std::string& owner) {
  return owner.substr(0, owner.find('#'));
}

} // namespace

// -- world

bool world::holds(core::number_no number, core::lease_epoch epoch) const {
  const auto found = leases.find(number);
  return found != leases.end() && found->second.epoch == epoch;
}

core::campaign_status world::status(core::campaign_no campaign) const {
  return campaigns.at(campaign).terms.status;
}

std::size_t world::count(core::event_kind kind) const {
  return static_cast<std::size_t>(std::count_if(
      events.begin(), events.end(), [&](const ledger_event& e) { return e.kind == kind; }));
}

std::size_t world::open_claims() const {
  return static_cast<std::size_t>(
      std::count_if(claims.begin(), claims.end(), [](const auto& c) { return !c.second.free; }));
}

std::size_t world::waiting_retries() const {
  return static_cast<std::size_t>(
      std::count_if(retries.begin(), retries.end(), [](const auto& r) { return !r.second.done; }));
}

std::size_t world::logged(std::string_view what) const {
  return static_cast<std::size_t>(std::count(log.begin(), log.end(), what));
}

// -- store: numbers and leases

core::result<std::vector<ports::number>>
fake_store::save_numbers(const std::vector<ports::number>& configured, const std::string&) {
  if (w_.store_fails)
    return away;
  w_.log.push_back("save_numbers");
  auto saved = configured;
  for (std::size_t i = 0; i < saved.size(); ++i) {
    saved[i].no = static_cast<core::number_no>(i + 1);
    saved[i].organization = 1;
  }
  return saved;
}

core::result<std::vector<ports::lease>>
fake_store::hold_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                        std::chrono::milliseconds duration) {
  if (w_.store_fails)
    return away;
  if (w_.logged("hold_leases") == 0)
    w_.log.push_back("hold_leases");
  std::vector<ports::lease> held;
  if (w_.foreign_lease)
    return held;
  for (const auto number : numbers) {
    auto& row = w_.leases[number];
    const auto valid = row.expires_ms > w_.now_ms();
    if (valid && installation(row.owner) != installation(owner))
      continue;
    const auto same = valid && row.owner == owner;
    if (!same)
      ++row.epoch;
    row.owner = owner;
    row.expires_ms = w_.now_ms() + duration.count();
    held.push_back({.number = number, .epoch = row.epoch, .fresh = !same});
  }
  return held;
}

core::status fake_store::release_leases(const std::string& owner) {
  if (w_.store_fails)
    return away;
  w_.log.push_back("release_leases");
  for (auto& [number, row] : w_.leases)
    if (row.owner == owner)
      row.expires_ms = w_.now_ms();
  return core::done{};
}

core::result<ports::recovery_report> fake_store::recover(const std::vector<ports::lease>& leases,
                                                         std::int64_t now_ms) {
  if (w_.store_fails)
    return away;
  w_.log.push_back("recover");
  ports::recovery_report report;
  const auto doubt = [&](recipient who, std::int16_t attempt) {
    w_.doubts[who] = attempt;
    w_.events.push_back({who, attempt, core::event_kind::in_doubt, 0, now_ms, {}});
    ++report.in_doubt;
  };
  for (const auto& lease : leases) {
    auto claims = w_.claims;
    for (const auto& [id, c] : claims) {
      if (c.free || c.number != lease.number || c.epoch >= lease.epoch)
        continue;
      w_.claims.erase(id);
      for (auto seq = c.from; seq <= c.mark; ++seq) {
        const recipient who{c.campaign, seq};
        if (!w_.retries.contains(who) && !w_.deliveries.contains(who))
          doubt(who, 0);
      }
      if (c.mark < c.to) {
        auto rest = c;
        rest.from = c.mark + 1;
        rest.free = true;
        report.reclaimed += rest.to - rest.from + 1;
        w_.claims[w_.next_claim++] = rest;
      }
    }
    for (auto& [who, r] : w_.retries)
      if (r.claimed && !r.done && r.number == lease.number && r.epoch < lease.epoch) {
        r.done = true;
        doubt(who, r.row.attempt);
      }
  }
  return report;
}

// -- store: campaigns

core::result<std::vector<core::campaign>> fake_store::runnable(core::wall_time now) {
  if (w_.store_fails)
    return away;
  std::vector<core::campaign> all;
  for (auto& [no, c] : w_.campaigns) {
    if (c.terms.status == core::campaign_status::scheduled && c.terms.scheduled_for &&
        *c.terms.scheduled_for <= now)
      c.terms.status = core::campaign_status::sending;
    const auto late = std::any_of(w_.retries.begin(), w_.retries.end(), [&](const auto& r) {
      return r.first.first == no && !r.second.done && !r.second.claimed &&
             r.second.row.due_ms <= now.time_since_epoch().count();
    });
    if (c.terms.status == core::campaign_status::sending ||
        (c.terms.status == core::campaign_status::completed && late))
      all.push_back(c.terms);
  }
  return all;
}

core::result<core::campaign> fake_store::load(core::campaign_no campaign) {
  if (w_.store_fails)
    return away;
  return w_.campaigns.at(campaign).terms;
}

core::status fake_store::set_status(core::campaign_no campaign, core::campaign_status to,
                                    const std::string& reason) {
  if (w_.store_fails)
    return away;
  auto& c = w_.campaigns.at(campaign);
  if (!core::may_become(c.terms.status, to))
    return core::error{core::errc::conflict, "not from this status"};
  c.terms.status = to;
  c.reason = reason;
  w_.log.push_back("status " + std::to_string(campaign) + " " + std::string{core::to_string(to)});
  if (to == core::campaign_status::cancelled || to == core::campaign_status::expired) {
    std::erase_if(w_.claims,
                  [&](const auto& i) { return i.second.campaign == campaign && i.second.free; });
    for (auto& [who, r] : w_.retries)
      if (who.first == campaign && !r.claimed)
        r.done = true;
  }
  return core::done{};
}

core::claimed_chunk fake_store::chunk_of(core::campaign_no campaign,
                                         const ports::claim_order& order) {
  core::claimed_chunk chunk;
  chunk.campaign = campaign;
  chunk.number = order.number;
  chunk.epoch = order.epoch;
  return chunk;
}

core::claimed_chunk fake_store::take(core::campaign_no campaign, const ports::claim_order& order) {
  auto chunk = chunk_of(campaign, order);
  auto& c = w_.campaigns.at(campaign);
  const auto free = std::find_if(w_.claims.begin(), w_.claims.end(), [&](const auto& i) {
    return i.second.campaign == campaign && i.second.free;
  });
  claim_row row{campaign, order.number, order.epoch, c.terms.next_seq, 0, 0, false};
  if (free != w_.claims.end()) {
    row.from = free->second.from;
    row.to = std::min(free->second.to, row.from + order.count - 1);
    free->second.from = row.to + 1;
    if (free->second.from > free->second.to)
      w_.claims.erase(free);
  } else {
    row.to = std::min(c.terms.recipients_total, row.from + order.count - 1);
    c.terms.next_seq = row.to + 1;
  }
  if (row.to < row.from)
    return chunk;
  row.mark = row.from - 1;
  chunk.claim = w_.next_claim++;
  chunk.from_seq = row.from;
  chunk.to_seq = row.to;
  for (auto seq = row.from; seq <= row.to; ++seq)
    chunk.rows.push_back({.seq = seq,
                          .stopped = c.stopped.contains(seq),
                          .person = static_cast<core::person_key>(seq)});
  w_.claims[chunk.claim] = row;
  return chunk;
}

core::result<ports::claim_result> fake_store::claim(core::campaign_no campaign,
                                                    const std::vector<ports::claim_order>& orders) {
  ++w_.claim_calls;
  if (w_.on_claim)
    w_.on_claim();
  if (w_.store_fails)
    return away;
  ports::claim_result result;
  auto& c = w_.campaigns.at(campaign);
  for (const auto& order : orders) {
    if (!w_.holds(order.number, order.epoch)) {
      result.fenced.push_back(order.number);
    } else if (c.terms.status == core::campaign_status::sending) {
      auto chunk = take(campaign, order);
      if (!chunk.rows.empty())
        result.chunks.push_back(std::move(chunk));
    }
  }
  const auto free = std::any_of(w_.claims.begin(), w_.claims.end(), [&](const auto& i) {
    return i.second.campaign == campaign && i.second.free;
  });
  result.exhausted = c.terms.status == core::campaign_status::sending && !free &&
                     c.terms.next_seq > c.terms.recipients_total;
  return result;
}

core::result<std::vector<core::claimed_chunk>>
fake_store::claim_retries(core::campaign_no campaign, const std::vector<ports::claim_order>& orders,
                          core::wall_time now) {
  if (w_.store_fails)
    return away;
  std::vector<core::claimed_chunk> chunks;
  for (const auto& order : orders) {
    if (!w_.holds(order.number, order.epoch))
      continue;
    auto chunk = chunk_of(campaign, order);
    for (auto& [who, r] : w_.retries) {
      if (who.first != campaign || r.claimed || r.done ||
          r.row.due_ms > now.time_since_epoch().count() ||
          std::cmp_greater_equal(chunk.rows.size(), order.count))
        continue;
      r.claimed = true;
      r.number = order.number;
      r.epoch = order.epoch;
      chunk.rows.push_back({.seq = who.second,
                            .attempt = r.row.attempt,
                            .retries = r.row.retries,
                            .person = static_cast<core::person_key>(who.second)});
    }
    if (!chunk.rows.empty())
      chunks.push_back(std::move(chunk));
  }
  return chunks;
}

core::result<ports::dispatch_store::retry_agenda> fake_store::retries(core::wall_time now) {
  if (w_.store_fails)
    return away;
  retry_agenda agenda;
  std::set<core::campaign_no> due;
  for (const auto& [who, r] : w_.retries)
    if (!r.claimed && !r.done && r.row.due_ms <= now.time_since_epoch().count())
      due.insert(who.first);
  agenda.due.assign(due.begin(), due.end());
  return agenda;
}

core::result<std::int64_t> fake_store::settle_doubts(core::wall_time, std::chrono::milliseconds) {
  if (w_.store_fails)
    return away;
  return std::int64_t{0};
}

core::result<bool> fake_store::may_be_over(core::campaign_no campaign) {
  const auto b = balance(campaign);
  if (!b)
    return b.problem();
  const auto reached =
      std::count_if(w_.deliveries.begin(), w_.deliveries.end(),
                    [&](const auto& delivery) { return delivery.first.first == campaign; });
  return b->claimed_open == 0 && b->unclaimed == 0 && b->retrying == 0 && b->in_doubt == 0 &&
         reached >= b->total;
}

core::result<ports::campaign_balance> fake_store::balance(core::campaign_no campaign) const {
  if (w_.store_fails)
    return away;
  const auto& c = w_.campaigns.at(campaign);
  ports::campaign_balance b;
  b.total = c.terms.recipients_total;
  for (const auto& [who, row] : w_.deliveries) {
    if (who.first != campaign)
      continue;
    using enum core::delivery_state;
    const auto state = core::state_of(row);
    b.sent += state == sent || state == delivered || state == read || state == responded;
    b.failed += state == failed;
    b.opted_out += state == opted_out;
    b.in_doubt += state == in_doubt;
    b.held += state == held;
  }
  for (const auto& [id, claim] : w_.claims)
    b.claimed_open += claim.campaign == campaign && !claim.free;
  for (const auto& [who, r] : w_.retries)
    b.retrying += who.first == campaign && !r.done;
  b.unclaimed = b.total - c.terms.next_seq + 1;
  return b;
}

core::result<bool> fake_store::finish(core::campaign_no campaign, core::campaign_status to) {
  auto b = balance(campaign);
  if (!b)
    return b.problem();
  auto& status = w_.campaigns.at(campaign).terms.status;
  if (status != to && !core::may_become(status, to))
    return core::error{core::errc::conflict, "not from this status"};
  w_.log.push_back("finish " + std::string{core::to_string(to)});
  const auto early = to == core::campaign_status::cancelled || to == core::campaign_status::expired;
  if ((!early && !b->settled()) || b->claimed_open > 0 || b->in_doubt > 0)
    return false;
  status = to;
  return true;
}

core::result<std::int64_t> fake_store::attribute_replies(std::int64_t) {
  if (w_.store_fails)
    return away;
  w_.log.push_back("attribute_replies");
  w_.attributed = w_.inbound.size();
  return std::int64_t{0};
}

core::status fake_store::save_templates(core::organization_no, const std::string& account,
                                        const std::string& json) {
  if (w_.store_fails)
    return away;
  w_.saved_templates.emplace_back(account, json);
  return core::done{};
}

core::status fake_store::set_template_status(const std::string&, const std::string& name,
                                             const std::string&, const std::string& status) {
  if (w_.store_fails)
    return away;
  w_.template_status[name] = status;
  return core::done{};
}

core::result<std::vector<core::campaign_no>>
fake_store::campaigns_of_template(const std::string& name, const std::string& language) {
  if (w_.store_fails)
    return away;
  std::vector<core::campaign_no> all;
  for (const auto& [no, c] : w_.campaigns)
    if (c.terms.template_name == name && c.terms.template_language == language)
      all.push_back(no);
  return all;
}

// -- ledger and projection

core::result<ports::ledger_receipt> fake_ledger::commit(const ports::ledger_write& write) {
  if (w_.ledger_fails)
    return away;
  ++w_.commits;
  ports::ledger_receipt receipt;
  for (std::size_t i = 0; i < write.events.size(); ++i)
    w_.events.push_back({{write.events.campaign[i], write.events.seq[i]},
                         write.events.attempt[i],
                         static_cast<core::event_kind>(write.events.kind[i]),
                         write.events.code[i],
                         write.events.at_ms[i],
                         std::string{write.events.text_of(i)}});
  for (const auto& mark : write.marks) {
    if (!w_.holds(mark.number, mark.epoch)) {
      receipt.fenced.push_back(mark.number);
      continue;
    }
    const auto found = w_.claims.find(mark.claim);
    if (found != w_.claims.end() && found->second.epoch == mark.epoch)
      found->second.mark = std::max(found->second.mark, mark.mark);
  }
  for (const auto& who : write.retries_done)
    if (auto found = w_.retries.find(who); found != w_.retries.end() && found->second.claimed)
      found->second.done = true;
  for (const auto& row : write.retries) {
    const auto [at, added] = w_.retries.try_emplace({row.campaign, row.seq}, queued_retry{row});
    if (!added && at->second.row.attempt < row.attempt)
      at->second = queued_retry{row};
  }
  for (const auto& row : write.doubts)
    w_.doubts[{row.campaign, row.seq}] = row.attempt;
  for (const auto claim : write.claims_done)
    w_.claims.erase(claim);
  w_.suppressions.insert(w_.suppressions.end(), write.suppressions.begin(),
                         write.suppressions.end());
  w_.inbound.insert(w_.inbound.end(), write.inbound.begin(), write.inbound.end());
  return receipt;
}

core::result<ports::fold_report> fake_projection::fold(std::int64_t events_max) {
  if (w_.projection_fails)
    return away;
  ports::fold_report report;
  if (w_.logged("fold") == 0)
    w_.log.push_back("fold");
  for (; w_.folded < w_.events.size() && report.events < events_max; ++w_.folded, ++report.events) {
    const auto& e = w_.events[w_.folded];
    core::fold(w_.deliveries[e.who],
               {.attempt = e.attempt, .kind = e.kind, .code = e.code, .at_ms = e.at_ms});
  }
  report.caught_up = w_.folded == w_.events.size();
  return report;
}

} // namespace stentor::test
