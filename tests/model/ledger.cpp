/// The ledger and its fold: postgres/delivery/{ledger_writes, ledger, projection} as values.
#include "tests/model/stores.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <algorithm>

namespace stentor::simulation {

namespace {

void add_stop(world& w, const ports::suppression_row& row, const person& who) {
  for (auto& s : w.stops)
    if (s.organization == row.organization && s.who == who) {
      if (s.reason != "operator" && s.stopped_ms < row.at_ms) {
        s.reason = row.reason;
        s.stopped_ms = row.at_ms;
      }
      return;
    }
  w.stops.push_back({.organization = row.organization,
                     .who = who,
                     .reason = row.reason,
                     .stopped_ms = row.at_ms});
  w.told.push_back({row.organization, who.key(), false});
}

/// Meta's preference lifts only what Meta said; a START word also the person's own stop word; only
/// an operator lifts an operator's stop.
void lift_stop(world& w, const ports::suppression_row& row, const person& who,
               ports::ledger_receipt& receipt) {
  std::erase_if(w.stops, [&](const stop_row& s) {
    const auto same = (who.phone != 0 && s.who.phone == who.phone) ||
                      (!who.user_id.empty() && s.who.user_id == who.user_id);
    const auto lifts =
        s.organization == row.organization && same && s.stopped_ms <= row.at_ms &&
        (s.reason == "user_preferences" || s.reason == "131050" ||
         (s.reason == "stop_word" && row.reason == "stop_word") || row.reason == "operator");
    if (lifts) {
      receipt.stops.push_back({s.organization, s.who.key(), true});
      w.told.push_back(receipt.stops.back());
    }
    return lifts;
  });
}

/// Under every key by which the person is known.
void write_suppression(world& w, const ports::suppression_row& row,
                       ports::ledger_receipt& receipt) {
  w.suppressions.push_back(row);
  const person said{.phone = core::phone_of(row.person) == 0 ? 0 : row.person,
                    .user_id = row.user_id};
  for (const auto& who : w.keys_of(row.organization, said)) {
    if (row.lift) {
      lift_stop(w, row, who, receipt);
      continue;
    }
    add_stop(w, row, who);
    receipt.stops.push_back({row.organization, who.key(), false});
    for (auto& k : w.customers)
      if ((who.phone != 0 && k.who.phone == who.phone) ||
          (!who.user_id.empty() && k.who.user_id == who.user_id))
        k.agrees = false;
  }
}

/// Stops that were there before follow to the keys that became known.
void follow_stops(world& w, const ports::ledger_write& write, ports::ledger_receipt& receipt) {
  if (write.aliases.empty() && write.changes.empty())
    return;
  const auto before = w.stops;
  for (const auto& s : before)
    for (const auto& who : w.keys_of(s.organization, s.who))
      if (std::none_of(w.stops.begin(), w.stops.end(), [&](const stop_row& known) {
            return known.organization == s.organization && known.who == who;
          })) {
        w.stops.push_back({.organization = s.organization,
                           .who = who,
                           .reason = s.reason,
                           .stopped_ms = s.stopped_ms});
        receipt.stops.push_back({s.organization, who.key(), false});
        w.told.push_back(receipt.stops.back());
      }
}

/// Of a recipient, under every key.
void tell_keys(world& w, const recipient& who, ports::ledger_receipt& receipt) {
  const auto campaign = w.campaigns.find(who.first);
  if (campaign == w.campaigns.end())
    return;
  const auto organization = campaign->second.terms.organization;
  for (const auto& key : w.keys_of(organization, w.row_of(who).who)) {
    receipt.stops.push_back({organization, key.key(), false});
    w.told.push_back(receipt.stops.back());
  }
}

void write_marks(world& w, const ports::ledger_write& write, ports::ledger_receipt& receipt) {
  for (const auto& mark : write.marks) {
    const auto found = w.claims.find(mark.claim);
    if (found != w.claims.end() && found->second.number == mark.number &&
        found->second.epoch == mark.epoch && w.holds(mark.number, mark.epoch))
      found->second.mark = std::max(found->second.mark, mark.mark);
    else if (!w.holds(mark.number, mark.epoch))
      receipt.fenced.push_back({mark.number, mark.epoch});
  }
}

/// One that came back unsent may wait on, unless another row says that it was made.
void close_retries(world& w, const ports::ledger_write& write) {
  for (const auto made : {true, false})
    for (const auto& ended : write.retries_done) {
      const auto found = w.retries.find({ended.campaign, ended.seq});
      if (ended.made != made || found == w.retries.end() || !found->second.on_its_way() ||
          found->second.claim != ended.claim || found->second.row.attempt > ended.attempt)
        continue;
      auto& retry = found->second;
      retry.claimed = false;
      retry.done = made || ends_unsent(w, found->first);
    }
}

} // namespace

void queue_retry(world& w, const ports::retry_row& row) {
  if (row.claim != 0 && !w.claims.contains(row.claim))
    return; // recovery has closed the claim, and explained the recipient
  if (!w.campaigns.contains(row.campaign) || ended_early(w, row.campaign))
    return;
  const auto [at, added] = w.retries.try_emplace({row.campaign, row.seq}, queued_retry{row});
  if (added || (at->second.row.attempt >= row.attempt && !at->second.needless))
    return;
  const auto attempt = std::max(at->second.row.attempt, row.attempt);
  at->second = queued_retry{row};
  at->second.row.attempt = attempt;
}

void note_doubt(world& w, const ports::doubt_row& row) {
  const recipient who{row.campaign, row.seq};
  const auto known = w.deliveries.find(who);
  if (known != w.deliveries.end() && known->second.settled_attempt >= row.attempt)
    return; // this commit is repeated
  w.ever_in_doubt.insert(who);
  const queued_doubt doubt{.attempt = row.attempt, .since_ms = row.since_ms, .code = row.code};
  const auto [at, added] = w.doubts.try_emplace(who, doubt);
  if (!added && at->second.attempt < row.attempt)
    at->second = doubt;
}

ports::ledger_receipt ledger::write_all(const ports::ledger_write& write) {
  ++w_.commits;
  ports::ledger_receipt receipt;
  const auto& e = write.events;
  for (std::size_t i = 0; i < e.size(); ++i)
    w_.append({.who = {core::campaign_no{e.campaign[i]}, e.seq[i]},
               .attempt = e.attempt[i],
               .kind = static_cast<core::event_kind>(e.kind[i]),
               .code = e.code[i],
               .at_ms = e.at_ms[i],
               .number = core::number_no{e.number[i]},
               .text = std::string{e.text_of(i)},
               .committed_ms = {},
               .folded_ms = {}});
  for (std::size_t i = 0; i < e.size(); ++i)
    if (core::is_stop(static_cast<core::event_kind>(e.kind[i]), e.code[i]))
      tell_keys(w_, {core::campaign_no{e.campaign[i]}, e.seq[i]}, receipt);
  write_marks(w_, write, receipt);
  close_retries(w_, write);
  for (const auto& row : write.retries)
    queue_retry(w_, row);
  for (const auto& row : write.doubts)
    note_doubt(w_, row);
  for (const auto claim : write.claims_done)
    w_.claims.erase(claim);
  w_.aliases.insert(w_.aliases.end(), write.aliases.begin(), write.aliases.end());
  w_.changes.insert(w_.changes.end(), write.changes.begin(), write.changes.end());
  follow_stops(w_, write, receipt);
  for (const auto& row : write.suppressions)
    write_suppression(w_, row, receipt);
  for (const auto& row : write.templates)
    if (!row.status.empty())
      w_.template_status[row.name] = row.status;
  for (const auto& row : write.inbound)
    if (std::none_of(w_.inbound.begin(), w_.inbound.end(), [&](const auto& known) {
          return !row.message_id.empty() && known.message_id == row.message_id;
        }))
      w_.inbound.push_back(row);
  w_.others.insert(w_.others.end(), write.others.begin(), write.others.end());
  for (const auto& entry : write.audits)
    w_.write_order(entry);
  return receipt;
}

core::result<ports::ledger_receipt> ledger::commit(const ports::ledger_write& write) {
  ports::ledger_receipt receipt;
  bool there = false;
  if (w_.refuses && !w_.ledger_fails && w_.refuses(write))
    return core::error{core::errc::invalid, "a value is out of range"};
  const auto written = transact(w_, "commit", w_.ledger_fails, [&]() -> core::status {
    receipt = write_all(write);
    there = true;
    return core::ok{};
  });
  if (written)
    return receipt;
  // As on PostgreSQL: a batch of events tells by its number whether it arrived.
  const auto known =
      there && !write.events.empty() &&
      transact(w_, "arrived", w_.ledger_fails, []() -> core::status { return core::ok{}; });
  if (known)
    return receipt;
  return written.error();
}

core::result<ports::fold_report> projection::fold(std::int64_t events_max) {
  if (!w_.projector.empty() && w_.projector != session_)
    return ports::fold_report{.leads = false};
  return transact(w_, "fold", w_.projection_fails, [&]() -> core::result<ports::fold_report> {
    w_.projector = session_;
    ports::fold_report report;
    if (w_.logged("fold") == 0)
      w_.log.emplace_back("fold");
    for (; w_.folded < w_.events.size() && report.events < events_max;
         ++w_.folded, ++report.events) {
      auto& e = w_.events[w_.folded];
      e.folded_ms = w_.now_ms ? w_.now_ms() : 0;
      const auto campaign = w_.campaigns.find(e.who.first);
      if (campaign == w_.campaigns.end())
        continue;
      const auto [at, added] = w_.deliveries.try_emplace(e.who);
      auto& row = at->second;
      auto& c = campaign->second;
      c.reached += added ? 1 : 0;
      const auto before = row;
      c.counts -= core::counts_of(before);
      core::fold(row, {.attempt = e.attempt,
                       .kind = e.kind,
                       .code = e.code,
                       .at_ms = e.at_ms,
                       .number = e.number,
                       .text = e.text});
      c.counts += core::counts_of(row);
      if (core::is_stop(e.kind, e.code))
        stop_person(e);
      if (!added && row == before)
        continue; // a repeated webhook
      w_.note_closure(e, before, row);
      const auto retry = w_.retries.find(e.who);
      if (retry != w_.retries.end() && retry->second.waits() &&
          core::need_of_retry(row) == core::retry_need::needless)
        retry->second.close_needless();
      if (retry != w_.retries.end() && retry->second.needless &&
          core::needed_after_all(before, row))
        reopen(retry->first, retry->second);
      const auto doubt = w_.doubts.find(e.who);
      if (doubt != w_.doubts.end() && row.in_doubt_attempt >= 0 && row.settled_attempt >= 0 &&
          doubt->second.attempt <= row.settled_attempt)
        w_.doubts.erase(doubt);
    }
    report.caught_up = w_.folded == w_.events.size();
    return report;
  });
}

core::result<ports::trim_report> projection::trim(const ports::retention_terms&) {
  return transact(w_, "trim", w_.projection_fails, [&]() -> core::result<ports::trim_report> {
    ++w_.trims;
    return ports::trim_report{};
  });
}

/// The message that made it needless has failed.
void projection::reopen(const recipient& who, queued_retry& retry) {
  retry.needless = false;
  retry.done = ends_unsent(w_, who);
}

/// Who told Meta to stop is stopped under every key that the list knows.
void projection::stop_person(const ledger_event& e) {
  const auto who = w_.row_of(e.who).who;
  const auto organization = w_.campaigns.at(e.who.first).terms.organization;
  const auto stop = [&](const person& part) {
    const auto known = std::any_of(w_.stops.begin(), w_.stops.end(), [&](const stop_row& s) {
      return s.organization == organization && s.who == part;
    });
    if (part == person{} || known)
      return;
    w_.stops.push_back(
        {.organization = organization, .who = part, .reason = "131050", .stopped_ms = e.at_ms});
    w_.told.push_back({organization, part.key(), false});
  };
  stop({.phone = who.phone, .user_id = {}});
  stop({.phone = 0, .user_id = who.user_id});
  for (auto& k : w_.customers)
    if ((who.phone != 0 && k.who.phone == who.phone) ||
        (!who.user_id.empty() && k.who.user_id == who.user_id))
      k.agrees = false;
}

} // namespace stentor::simulation
