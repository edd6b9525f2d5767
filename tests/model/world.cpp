#include "tests/model/world.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <algorithm>
#include <iterator>

namespace stentor::simulation {

core::person_key person::key() const {
  return phone != 0 ? phone : core::person_from_user_id(user_id);
}

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

bool waits_in_doubt(const world& w, const recipient& who) {
  const auto found = w.deliveries.find(who);
  return found != w.deliveries.end() &&
         core::state_of(found->second) == core::delivery_state::in_doubt;
}

std::size_t world::hopeful_retries() const {
  return static_cast<std::size_t>(std::count_if(retries.begin(), retries.end(), [&](const auto& r) {
    return r.second.on_its_way() ||
           (r.second.waits() &&
            (core::untouched_in(status(r.first.first)) == core::untouched::pending ||
             waits_in_doubt(*this, r.first)));
  }));
}

bool world::has_order(const ports::audit_entry& entry) const {
  return !entry.order.empty() && std::any_of(audits.begin(), audits.end(), [&](const auto& row) {
    return row.order == entry.order;
  });
}

void world::write_order(const ports::audit_entry& entry) {
  if (!has_order(entry))
    audits.push_back(entry);
}

std::size_t world::logged(std::string_view what) const {
  return static_cast<std::size_t>(std::count(log.begin(), log.end(), what));
}

std::vector<core::plan_part> campaign_row::all_parts() const {
  if (!parts.empty())
    return parts;
  return {{.no = 1, .from = 1, .to = terms.recipients_total, .next = next_seq}};
}

void campaign_row::claimed_up_to(core::part_no part, core::recipient_seq next) {
  if (parts.empty())
    next_seq = next;
  for (auto& one : parts)
    if (one.no == part)
      one.next = next;
}

bool campaign_row::is_claimed() const {
  const auto all = all_parts();
  return std::all_of(all.begin(), all.end(), [](const auto& part) { return part.left() <= 0; });
}

void world::give_people_up(std::uint32_t whom) {
  const auto at = static_cast<std::ptrdiff_t>(whom % campaigns.size());
  auto& c = std::next(campaigns.begin(), at)->second;
  using enum core::campaign_status;
  const auto status = c.terms.status;
  if (c.list_awaited || (status != scheduled && status != sending && status != paused))
    return;
  for (const auto& part : c.all_parts())
    for (auto seq = part.next; seq <= part.to; ++seq)
      if (auto& who = c.people.at(static_cast<std::size_t>(seq) - 1);
          who.screen == 0 && (static_cast<std::uint32_t>(seq) + whom) % 3 != 0)
        who.screen = 6;
}

recipient_row world::row_of(recipient who) const {
  const auto& people = campaigns.at(who.first).people;
  if (people.empty()) // who speak its languages in turn
    return {.who = {.phone = static_cast<core::person_key>(who.second), .user_id = {}},
            .lang = static_cast<std::int16_t>(
                (who.second - 1) % static_cast<core::recipient_seq>(
                                       core::languages_of(campaigns.at(who.first).terms).size()))};
  return people.at(static_cast<std::size_t>(who.second) - 1);
}

std::int64_t world::closed_until(recipient who) const {
  const auto& category = campaigns.at(who.first).terms.template_category;
  const auto found = closed.find(row_of(who).who.key());
  const bool is_marketing = category.empty() || category == "MARKETING";
  return is_marketing && found != closed.end() && now_ms && found->second.until_ms > now_ms()
             ? found->second.until_ms
             : 0;
}

void world::note_closure(const ledger_event& e, const core::delivery& before,
                         const core::delivery& after) {
  if (closed_for.count() == 0)
    return;
  const auto key = row_of(e.who).who.key();
  if (core::cap_step_of(before, after) == core::cap_step::recovered) {
    closed.erase(key);
    return;
  }
  if (e.code != core::enough_marketing ||
      (e.kind != core::event_kind::rejected && e.kind != core::event_kind::failed))
    return;
  auto& now = closed[key];
  if (now.capped_ms >= e.at_ms)
    return;
  now.capped_ms = e.at_ms;
  const auto times = ++now.in_a_row >= core::caps_in_a_row ? core::long_closure : 1;
  now.until_ms = std::max(now.until_ms, e.at_ms + closed_for.count() * times);
}

std::vector<person> world::keys_of(core::organization_no organization, const person& who) const {
  std::vector<person> known;
  const auto add = [&](core::person_key phone, const std::string& user_id) {
    for (const auto& part : {person{.phone = core::one_spelling(phone), .user_id = {}},
                             person{.phone = 0, .user_id = user_id}})
      if (!(part == person{}) && std::find(known.begin(), known.end(), part) == known.end())
        known.push_back(part);
  };
  add(who.phone, who.user_id);
  for (std::size_t i = 0; i < known.size(); ++i) {
    const auto at = known[i];
    const auto is = [&](core::person_key phone, const std::string& user_id) {
      return at.phone != 0 ? at.phone == core::one_spelling(phone) : at.user_id == user_id;
    };
    for (const auto& a : aliases)
      if (a.organization == organization && is(a.phone, a.user_id))
        add(a.phone, a.user_id);
    for (const auto& k : customers)
      if (is(k.who.phone, k.who.user_id))
        add(k.who.phone, k.who.user_id);
    for (const auto& c : changes)
      if (c.organization == organization && is(c.old_phone, c.old_user_id))
        add(c.phone, c.user_id);
  }
  return known;
}

void world::append(ledger_event e) {
  e.committed_ms = now_ms ? now_ms() : 0;
  events.push_back(std::move(e));
}

void world::stop(const person& who, core::organization_no organization) {
  stops.push_back({.organization = organization,
                   .who = who,
                   .reason = "stop_word",
                   .stopped_ms = now_ms ? now_ms() : 0});
  told.push_back({organization, who.key(), false});
}

blocked_people::blocked_people(const world& w, const core::campaign& campaign) {
  // A template that nobody knows is taken for marketing.
  const auto marketing =
      campaign.template_category.empty() || campaign.template_category == "MARKETING";
  for (const auto& s : w.stops) {
    if (s.organization != campaign.organization)
      continue;
    add(s.who);
    for (const auto& k : w.customers)
      if ((s.who.phone != 0 && k.who.phone == s.who.phone) ||
          (!s.who.user_id.empty() && k.who.user_id == s.who.user_id))
        add(k.who);
  }
  for (const auto& k : w.customers)
    if (marketing && !k.agrees)
      add(k.who);
}

void blocked_people::add(const person& who) {
  if (who.phone != 0)
    phones_.insert(who.phone);
  if (!who.user_id.empty())
    user_ids_.insert(who.user_id);
}

bool blocked_people::contains(const person& who) const {
  return (who.phone != 0 && phones_.contains(who.phone)) ||
         (!who.user_id.empty() && user_ids_.contains(who.user_id));
}

} // namespace stentor::simulation
