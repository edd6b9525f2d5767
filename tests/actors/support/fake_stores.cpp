/// The fake stores: numbers, campaigns, claims, retries, replies, templates.
#include "tests/actors/support/fake_stores.hpp"

#include <algorithm>

namespace stentor::test {

namespace {

std::string installation(const std::string& owner) {
  return owner.substr(0, owner.find('#'));
}

} // namespace

// -- store: numbers and leases

core::result<std::vector<ports::number>>
fake_number_store::save(const std::vector<ports::number>& configured, const std::string&) {
  if (w_.store_fails)
    return database_away;
  w_.log.push_back("save_numbers");
  auto saved = configured;
  for (std::size_t i = 0; i < saved.size(); ++i) {
    saved[i].no = static_cast<core::number_no>(i + 1);
    if (saved[i].organization == 0)
      saved[i].organization = 1;
    w_.accounts[saved[i].no] = saved[i].waba_id;
  }
  return saved;
}

core::result<std::vector<ports::lease>>
fake_number_store::acquire_leases(const std::string& owner,
                                  const std::vector<core::number_no>& numbers,
                                  std::chrono::milliseconds duration) {
  if (w_.store_fails)
    return database_away;
  if (w_.logged("acquire_leases") == 0)
    w_.log.push_back("acquire_leases");
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

core::status fake_number_store::set_stopped_reason(core::number_no number,
                                                   const std::optional<core::sentence>& reason) {
  if (w_.store_fails)
    return database_away;
  if (!reason)
    w_.stopped_reasons.erase(number);
  else
    w_.stopped_reasons[number] = *reason;
  return core::ok{};
}

core::status fake_number_store::release_leases(const std::string& owner) {
  if (w_.store_fails)
    return database_away;
  w_.log.push_back("release_leases");
  for (auto& [number, row] : w_.leases)
    if (row.owner == owner)
      row.expires_ms = w_.now_ms();
  return core::ok{};
}

core::result<ports::recovery_report>
fake_claim_store::recover(const std::vector<ports::lease>& leases, std::int64_t now_ms) {
  if (w_.store_fails)
    return database_away;
  w_.log.push_back("recover");
  ports::recovery_report report;
  const auto doubt = [&](recipient who, std::int16_t attempt) {
    w_.doubts[who] = {.attempt = attempt, .since_ms = now_ms};
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

core::result<std::vector<core::campaign>> fake_campaign_store::runnable(core::wall_time now) {
  if (w_.store_fails)
    return database_away;
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

core::status fake_campaign_store::command(core::campaign_no campaign, core::campaign_command what,
                                          const std::optional<core::sentence>& reason,
                                          const std::optional<ports::audit_entry>& audit,
                                          core::pause_kind kind) {
  if (w_.store_fails)
    return database_away;
  const auto found = w_.campaigns.find(campaign);
  if (found == w_.campaigns.end())
    return core::error{core::errc::not_found, "there is no such campaign"};
  if (what == core::campaign_command::pause)
    w_.log.push_back("pause " + std::to_string(campaign));
  auto& c = found->second;
  if (auto refused = core::check_command(c.terms.status, what); !refused)
    return refused;
  using enum core::campaign_status;
  const auto to = what == core::campaign_command::pause    ? paused
                  : what == core::campaign_command::cancel ? cancelled
                                                           : sending;
  c.terms.status = to;
  c.reason = reason;
  c.pause = kind;
  w_.log.push_back("status " + std::to_string(campaign) + " " + std::string{core::to_string(to)});
  if (to == cancelled)
    drop_the_rest(campaign);
  if (audit)
    w_.audits.push_back(*audit);
  return core::ok{};
}

void fake_campaign_store::drop_the_rest(core::campaign_no campaign) {
  std::erase_if(w_.claims,
                [&](const auto& i) { return i.second.campaign == campaign && i.second.free; });
  for (auto& [who, r] : w_.retries)
    if (who.first == campaign && !r.claimed)
      r.done = true;
}

core::claimed_chunk fake_claim_store::chunk_of(core::campaign_no campaign,
                                               const ports::claim_order& order) {
  core::claimed_chunk chunk;
  chunk.campaign = campaign;
  chunk.number = order.number;
  chunk.epoch = order.epoch;
  return chunk;
}

core::claimed_chunk fake_claim_store::take(core::campaign_no campaign,
                                           const ports::claim_order& order) {
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

core::result<ports::claim_result>
fake_claim_store::claim(core::campaign_no campaign, const std::vector<ports::claim_order>& orders) {
  ++w_.claim_calls;
  if (w_.on_claim)
    w_.on_claim();
  if (w_.store_fails)
    return database_away;
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
fake_claim_store::claim_retries(core::campaign_no campaign,
                                const std::vector<ports::claim_order>& orders,
                                core::wall_time now) {
  if (w_.store_fails)
    return database_away;
  std::vector<core::claimed_chunk> chunks;
  for (const auto& order : orders) {
    if (!w_.holds(order.number, order.epoch))
      continue;
    auto chunk = chunk_of(campaign, order);
    for (auto& [who, r] : w_.retries) {
      if (who.first != campaign || r.claimed || r.done ||
          r.row.due_ms > now.time_since_epoch().count() ||
          (r.row.number != 0 && r.row.number != order.number) ||
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
    if (chunk.rows.empty())
      continue;
    chunk.from_seq = chunk.rows.front().seq;
    chunk.to_seq = chunk.rows.back().seq;
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

core::result<ports::retry_agenda> fake_retry_store::agenda(core::wall_time now) {
  if (w_.store_fails)
    return database_away;
  ports::retry_agenda agenda;
  const auto now_ms = now.time_since_epoch().count();
  std::set<core::campaign_no> due;
  for (const auto& [who, r] : w_.retries) {
    const auto status = w_.status(who.first);
    if (r.claimed || r.done)
      continue;
    if (r.row.due_ms <= now_ms) {
      if (status == core::campaign_status::sending || status == core::campaign_status::completed)
        due.insert(who.first);
    } else if (status == core::campaign_status::sending &&
               (agenda.next_due_ms == 0 || r.row.due_ms < agenda.next_due_ms)) {
      agenda.next_due_ms = r.row.due_ms;
    }
  }
  agenda.due.assign(due.begin(), due.end());
  return agenda;
}

core::result<std::int64_t> fake_retry_store::settle_doubts(core::wall_time now,
                                                           std::chrono::milliseconds wait) {
  if (w_.store_fails)
    return database_away;
  const auto now_ms = now.time_since_epoch().count();
  std::int64_t settled = 0;
  if (w_.folded < w_.events.size())
    return settled; // what is not folded yet may tell more
  for (auto& [who, doubt] : w_.doubts) {
    if (doubt.settled || doubt.since_ms > now_ms - wait.count())
      continue;
    doubt.settled = true;
    // A receipt can have ended the doubt in the meantime.
    if (core::state_of(w_.deliveries[who]) != core::delivery_state::in_doubt)
      continue;
    ++settled;
    settle(who, doubt.attempt, now_ms);
  }
  return settled;
}

void fake_retry_store::settle(const recipient& who, std::int16_t attempt, std::int64_t now_ms) {
  const auto end = core::settle({.policy = w_.campaigns.at(who.first).terms.in_doubt,
                                 .attempt = attempt,
                                 .code = 0,
                                 .may_retry = true});
  if (end != core::in_doubt_policy::resend) {
    const auto kind =
        end == core::in_doubt_policy::hold ? core::event_kind::held : core::event_kind::failed;
    w_.events.push_back({who, attempt, kind, 0, now_ms, {}});
    return;
  }
  const auto before = w_.retries.find(who);
  w_.retries[who] = queued_retry{
      {.campaign = who.first,
       .seq = who.second,
       .attempt = static_cast<std::int16_t>(attempt + 1),
       .retries = before == w_.retries.end() ? std::int16_t{0} : before->second.row.retries,
       .due_ms = now_ms,
       .number = {}}};
}

fake_campaign_store::balance fake_campaign_store::balance_of(core::campaign_no campaign) const {
  const auto& c = w_.campaigns.at(campaign);
  balance b;
  b.total = c.terms.recipients_total;
  for (const auto& [who, row] : w_.deliveries) {
    if (who.first != campaign)
      continue;
    using enum core::delivery_state;
    const auto state = core::state_of(row);
    ++b.with_events;
    b.settled += state == sent || state == delivered || state == read || state == responded ||
                 state == failed || state == opted_out || state == held;
    b.in_doubt += state == in_doubt;
  }
  for (const auto& [id, claim] : w_.claims)
    b.claims_open += claim.campaign == campaign && !claim.free;
  for (const auto& [who, r] : w_.retries)
    b.retrying += who.first == campaign && !r.done;
  b.unclaimed = b.total - c.terms.next_seq + 1;
  return b;
}

core::result<bool> fake_campaign_store::end(core::campaign_no campaign, core::campaign_status to) {
  if (w_.store_fails)
    return database_away;
  const auto b = balance_of(campaign);
  if (to == core::campaign_status::completed &&
      (b.claims_open > 0 || b.unclaimed > 0 || b.retrying > 0 || b.in_doubt > 0 ||
       b.with_events < b.total))
    return false;
  auto& status = w_.campaigns.at(campaign).terms.status;
  if (status != to && !core::may_become(status, to))
    return core::error{core::errc::conflict, "not from this status"};
  w_.log.push_back("end " + std::string{core::to_string(to)});
  const auto early = to == core::campaign_status::cancelled || to == core::campaign_status::expired;
  if (early)
    drop_the_rest(campaign);
  if ((!early && b.settled < b.total) || b.claims_open > 0 || b.in_doubt > 0)
    return false;
  status = to;
  return true;
}

core::result<std::vector<core::campaign_no>>
fake_campaign_store::using_template(const std::string& waba_id, const std::string& name,
                                    const std::string& language) {
  if (w_.store_fails)
    return database_away;
  w_.log.push_back("using_template " + waba_id);
  std::vector<core::campaign_no> all;
  for (const auto& [no, c] : w_.campaigns) {
    const auto& numbers = c.terms.numbers;
    const auto ours = std::any_of(numbers.begin(), numbers.end(), [&](core::number_no number) {
      const auto found = w_.accounts.find(number);
      return found != w_.accounts.end() && found->second == waba_id;
    });
    if (ours && c.terms.template_name == name && c.terms.template_language == language &&
        (c.terms.status == core::campaign_status::sending ||
         c.terms.status == core::campaign_status::paused))
      all.push_back(no);
  }
  return all;
}

core::result<ports::attribution_report> fake_inbox_store::attribute_replies(std::int64_t) {
  if (w_.store_fails)
    return database_away;
  w_.log.push_back("attribute_replies");
  w_.attributed = w_.inbound.size();
  return ports::attribution_report{};
}

core::status fake_template_store::save(core::organization_no, const std::string& account,
                                       const std::string& json) {
  if (w_.store_fails)
    return database_away;
  w_.saved_templates.emplace_back(account, json);
  return core::ok{};
}

actors::store_factory stores_of(world& w) {
  return {.open_claims =
              [&w] {
                return core::result<std::unique_ptr<ports::claim_store>>{
                    std::make_unique<fake_claim_store>(w)};
              },
          .open_housekeeping =
              [&w] {
                return core::result<actors::housekeeping_stores>{
                    {.campaigns = std::make_shared<fake_campaign_store>(w),
                     .retries = std::make_shared<fake_retry_store>(w),
                     .numbers = std::make_shared<fake_number_store>(w),
                     .inbox = std::make_shared<fake_inbox_store>(w),
                     .templates = std::make_shared<fake_template_store>(w)}};
              },
          .open_ledger =
              [&w] {
                return core::result<std::unique_ptr<ports::ledger>>{
                    std::make_unique<fake_ledger>(w)};
              },
          .open_projection =
              [&w] {
                return core::result<std::unique_ptr<ports::projection>>{
                    std::make_unique<fake_projection>(w)};
              }};
}

} // namespace stentor::test
