/// The fake database itself, its ledger and its projection.
#include "tests/actors/support/fakes.hpp"

#include <algorithm>

namespace stentor::test {

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

// -- ledger and projection

core::result<ports::ledger_receipt> fake_ledger::commit(const ports::ledger_write& write) {
  if (w_.ledger_fails)
    return database_away;
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
    w_.doubts[{row.campaign, row.seq}] = {.attempt = row.attempt, .since_ms = row.since_ms};
  for (const auto claim : write.claims_done)
    w_.claims.erase(claim);
  for (const auto& row : write.aliases)
    w_.aliases[core::person_from_user_id(row.user_id)] = row.phone;
  w_.changes.insert(w_.changes.end(), write.changes.begin(), write.changes.end());
  w_.suppressions.insert(w_.suppressions.end(), write.suppressions.begin(),
                         write.suppressions.end());
  w_.follow_stops(receipt.stops);
  for (const auto& row : write.templates)
    if (!row.status.empty())
      w_.template_status[row.name] = row.status;
  w_.audits.insert(w_.audits.end(), write.audits.begin(), write.audits.end());
  w_.inbound.insert(w_.inbound.end(), write.inbound.begin(), write.inbound.end());
  return receipt;
}

/// A stop holds under every key of the person, whichever came first.
void world::follow_stops(std::vector<ports::stop_effect>& to) {
  for (const auto& row : suppressions) {
    std::set<core::person_key> keys{row.person, core::person_from_user_id(row.user_id)};
    for (std::size_t known = 0; known != keys.size();) {
      known = keys.size();
      for (const auto& [user, phone] : aliases)
        if (keys.contains(user) || keys.contains(phone))
          keys.insert({user, phone});
      for (const auto& change : changes)
        if (keys.contains(change.old_phone) ||
            keys.contains(core::person_from_user_id(change.old_user_id)))
          keys.insert({change.phone, core::person_from_user_id(change.user_id)});
      keys.erase(0);
    }
    for (const auto key : keys)
      to.push_back({row.organization, key, row.lift});
  }
}

core::result<ports::fold_report> fake_projection::fold(std::int64_t events_max) {
  if (w_.projection_fails)
    return database_away;
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
