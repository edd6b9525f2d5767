/// Campaigns, their ends, and what waits for them: postgres/campaign/{lifecycle, campaign_store}
/// and postgres/delivery/retry_store as values.
#include "tests/model/stores.hpp"

#include "stentor/core/campaign/command.hpp"

#include <algorithm>

namespace stentor::simulation {

using core::campaign_status;

namespace {

/// Whether an earlier try of somebody in doubt has arrived.
bool has_got_one(const world& w, const recipient& who) {
  const auto found = w.deliveries.find(who);
  return found != w.deliveries.end() && core::state_of(found->second) == core::delivery_state::sent;
}

core::late_tries tries_of(const world& w, core::campaign_no campaign) {
  const auto waits = std::any_of(w.retries.begin(), w.retries.end(), [&](const auto& r) {
    return r.first.first == campaign && (r.second.waits() || r.second.on_its_way());
  });
  return waits ? core::late_tries::waiting : core::late_tries::none;
}

/// Whether it still sends to anybody again.
bool tries_again(const core::campaign& c, std::int64_t now_ms) {
  return (c.status == campaign_status::sending || c.status == campaign_status::paused ||
          c.status == campaign_status::completed) &&
         (!c.expires_at || c.expires_at->time_since_epoch().count() > now_ms);
}

} // namespace

bool ended_early(const world& w, core::campaign_no campaign) {
  return core::untouched_in(w.status(campaign)) != core::untouched::pending ||
         w.status(campaign) == campaign_status::failed;
}

bool ends_unsent(const world& w, const recipient& who) {
  return ended_early(w, who.first) && !waits_in_doubt(w, who);
}

core::result<std::vector<core::campaign>> campaign_store::runnable(core::wall_time now) {
  using campaigns = std::vector<core::campaign>;
  return transact(w_, "runnable", w_.store_fails, [&]() -> core::result<campaigns> {
    const auto now_ms = now.time_since_epoch().count();
    campaigns all;
    for (auto& [no, c] : w_.campaigns) {
      if (c.terms.status == campaign_status::scheduled && c.list_awaited && c.terms.expires_at &&
          *c.terms.expires_at <= now)
        c.terms.status = campaign_status::expired;
      if (c.terms.status == campaign_status::scheduled && c.terms.scheduled_for &&
          *c.terms.scheduled_for <= now && !c.list_awaited)
        c.terms.status = campaign_status::sending;
      const auto late = std::any_of(
          w_.retries.lower_bound({no, 0}), w_.retries.upper_bound({no, 2'000'000'000}),
          [&](const auto& r) { return r.second.waits() && r.second.row.due_ms <= now_ms; });
      if (c.terms.status == campaign_status::sending ||
          (c.terms.status == campaign_status::completed && late && tries_again(c.terms, now_ms)))
        all.push_back(c.terms);
    }
    return all;
  });
}

core::status campaign_store::command(core::campaign_no campaign, core::campaign_command what,
                                     const std::optional<core::sentence>& reason,
                                     const std::optional<ports::audit_entry>& audit,
                                     core::pause_kind kind) {
  return transact(w_, "command", w_.store_fails, [&]() -> core::status {
    const auto found = w_.campaigns.find(campaign);
    if (found == w_.campaigns.end())
      return core::error{core::errc::not_found, "there is no such campaign"};
    if (audit && w_.has_order(*audit))
      return core::error{core::errc::conflict, "this order has been obeyed before"};
    if (what == core::campaign_command::pause)
      w_.log.push_back("pause " + std::to_string(campaign));
    auto& c = found->second;
    if (auto refused = core::check_command(c.terms.status, what, tries_of(w_, campaign),
                                           core::campaign_kind::once, c.pause);
        !refused)
      return refused;
    if (what == core::campaign_command::resume)
      let_go_on(w_, c);
    const auto to = what == core::campaign_command::pause    ? campaign_status::paused
                    : what == core::campaign_command::cancel ? campaign_status::cancelled
                    : c.list_awaited                         ? campaign_status::scheduled
                                                             : campaign_status::sending;
    if (c.terms.status != to) {
      if (auto refused = change(c, to, reason); !refused)
        return refused;
      c.pause = kind;
    } else if (what == core::campaign_command::pause && core::holds_over(kind, c.pause)) {
      c.pause = kind;
      c.reason = reason;
    }
    w_.log.push_back("status " + std::to_string(campaign) + " " + std::string{core::to_string(to)});
    if (audit)
      w_.write_order(*audit);
    return core::ok{};
  });
}

/// One that ends early tries nobody again, and nobody claims what was left over.
core::status campaign_store::change(campaign_row& c, campaign_status to,
                                    const std::optional<core::sentence>& reason) {
  if (!core::may_become(c.terms.status, to, tries_of(w_, c.terms.no)))
    return core::error{core::errc::conflict, "not from this status"};
  c.terms.status = to;
  c.reason = reason;
  const auto campaign = c.terms.no;
  if (!ended_early(w_, campaign))
    return core::ok{};
  std::erase_if(w_.claims,
                [&](const auto& i) { return i.second.campaign == campaign && i.second.free; });
  for (auto& [who, r] : w_.retries)
    if (who.first == campaign && r.waits() && ends_unsent(w_, who))
      r.done = true;
  return core::ok{};
}

/// campaign_openness.
bool campaign_store::is_open(core::campaign_no campaign, bool early) const {
  const auto& c = w_.campaigns.at(campaign);
  for (const auto& [id, claim] : w_.claims)
    if (claim.campaign == campaign && !(claim.free && early))
      return true;
  for (const auto& [who, doubt] : w_.doubts)
    if (who.first == campaign)
      return true;
  for (const auto& [who, r] : w_.retries)
    if (who.first == campaign && (r.on_its_way() || (!early && r.waits())))
      return true;
  const auto screened =
      std::count_if(c.people.begin(), c.people.end(), [](const auto& p) { return p.screen != 0; });
  return !early && (!c.is_claimed() || screened + c.reached < c.terms.recipients_total);
}

core::campaign_balance balance_of(const world& w, core::campaign_no campaign, campaign_status as) {
  const auto& c = w.campaigns.at(campaign);
  std::map<std::string_view, std::int64_t> states;
  for (auto at = w.deliveries.lower_bound({campaign, 0});
       at != w.deliveries.end() && at->first.first == campaign; ++at)
    ++states[core::to_string(core::state_of(at->second))];
  std::vector<core::state_count> counts;
  for (const auto& [state, count] : states)
    counts.push_back({.state = state, .count = count});
  const auto screened =
      std::count_if(c.people.begin(), c.people.end(), [](const auto& p) { return p.screen != 0; });
  return core::balance_of(c.terms.recipients_total, screened, counts, core::untouched_in(as));
}

core::result<bool> campaign_store::end(core::campaign_no campaign, campaign_status to) {
  return transact(w_, "end", w_.store_fails, [&]() -> core::result<bool> {
    auto& c = w_.campaigns.at(campaign);
    if (c.terms.status != to && !core::may_become(c.terms.status, to))
      return core::error{core::errc::conflict, "not from this status"};
    if (is_open(campaign, core::untouched_in(to) != core::untouched::pending) ||
        !balance_of(w_, campaign, to).settled())
      return false;
    w_.log.push_back("end " + std::string{core::to_string(to)});
    if (c.terms.status != to)
      if (auto refused = change(c, to, std::nullopt); !refused)
        return refused.error();
    return true;
  });
}

core::result<core::plan_terms> campaign_store::plan_terms_of(core::campaign_no campaign) {
  return transact(w_, "plan", w_.store_fails, [&]() -> core::result<core::plan_terms> {
    const auto& c = w_.campaigns.at(campaign);
    const bool waits = c.canary && *c.canary != core::canary_state::open;
    return core::plan_terms{
        .window = c.terms.window,
        .expires_at = c.terms.expires_at,
        .rate_per_minute = c.terms.rate_limit_per_minute,
        .spread = {},
        .canary = waits ? std::optional{core::canary_terms{.settle = c.settle,
                                                           .claimed_at = c.canary_claimed_at}}
                        : std::nullopt,
        .tier = {},
        .places = c.places,
        .parts = c.all_parts()};
  });
}

namespace {

bool offers(const core::campaign& c, const std::string& language) {
  const auto all = core::languages_of(c);
  return std::find(all.begin(), all.end(), language) != all.end();
}

} // namespace

core::result<std::vector<core::campaign_no>>
campaign_store::using_template(const std::string& waba_id, const std::string& name,
                               const std::string& language) {
  using numbers = std::vector<core::campaign_no>;
  return transact(w_, "using_template", w_.store_fails, [&]() -> core::result<numbers> {
    w_.log.push_back("using_template " + waba_id);
    numbers all;
    for (const auto& [no, c] : w_.campaigns) {
      const auto ours =
          std::any_of(c.terms.numbers.begin(), c.terms.numbers.end(), [&](core::number_no number) {
            const auto found = w_.accounts.find(number);
            return found != w_.accounts.end() && found->second == waba_id;
          });
      if (ours && c.terms.template_name == name && offers(c.terms, language) &&
          (c.terms.status == campaign_status::paused ||
           core::may_be_told(c.terms.status, core::campaign_command::pause, tries_of(w_, no))))
        all.push_back(no);
    }
    return all;
  });
}

core::result<ports::retry_terms> campaign_store::retry_terms_of(core::campaign_no campaign,
                                                                core::wall_time now) {
  return transact(w_, "retry_terms_of", w_.store_fails, [&]() -> core::result<ports::retry_terms> {
    const auto found = w_.campaigns.find(campaign);
    if (found == w_.campaigns.end())
      return ports::retry_terms{};
    const auto& terms = found->second.terms;
    return ports::retry_terms{.retry_failed = terms.retry_failed,
                              .retries_max = terms.retries_max,
                              .over = !tries_again(terms, now.time_since_epoch().count())};
  });
}

// -- retries and doubts

core::result<ports::retry_agenda> retry_store::agenda(core::wall_time now) {
  return transact(w_, "agenda", w_.store_fails, [&]() -> core::result<ports::retry_agenda> {
    ports::retry_agenda agenda;
    const auto now_ms = now.time_since_epoch().count();
    std::set<core::campaign_no> due;
    for (const auto& [who, r] : w_.retries) {
      if (!r.waits())
        continue;
      const auto status = w_.status(who.first);
      if (r.row.due_ms <= now_ms) {
        if (status == campaign_status::sending ||
            (status == campaign_status::completed &&
             tries_again(w_.campaigns.at(who.first).terms, now_ms)))
          due.insert(who.first);
      } else if (status == campaign_status::sending &&
                 (agenda.next_due_ms == 0 || r.row.due_ms < agenda.next_due_ms)) {
        agenda.next_due_ms = r.row.due_ms;
      }
    }
    agenda.due.assign(due.begin(), due.end());
    return agenda;
  });
}

core::result<std::int64_t> retry_store::settle_doubts(core::wall_time now, core::wall_time begun) {
  return transact(w_, "settle_doubts", w_.store_fails, [&]() -> core::result<std::int64_t> {
    const auto now_ms = now.time_since_epoch().count();
    std::set<recipient> unfolded; // what is not folded yet may tell more
    for (auto i = w_.folded; i < w_.events.size(); ++i)
      unfolded.insert(w_.events[i].who);
    const auto doubts = w_.doubts;
    for (auto& [who, r] : w_.retries) {
      const auto& terms = w_.campaigns.at(who.first).terms;
      const auto in_doubt = waits_in_doubt(w_, who);
      if (!r.waits() || tries_again(terms, now_ms) ||
          !(in_doubt || terms.status == campaign_status::completed))
        continue;
      r.done = true;
      w_.append(
          {.who = who,
           .attempt = static_cast<std::int16_t>(r.row.attempt - 1),
           .kind = in_doubt ? core::event_kind::held : core::event_kind::failed,
           .code = in_doubt ? 0 : static_cast<std::int32_t>(core::local_code::retries_exhausted),
           .at_ms = now_ms,
           .number = {},
           .text = {},
           .committed_ms = {},
           .folded_ms = {}});
    }
    std::int64_t settled = 0;
    for (const auto& [who, doubt] : doubts) {
      if (doubt.since_ms > begun.time_since_epoch().count() || unfolded.contains(who))
        continue;
      w_.doubts.erase(who);
      settle(who, doubt, now_ms);
      ++settled;
    }
    return settled;
  });
}

void retry_store::settle(const recipient& who, const queued_doubt& doubt, std::int64_t now_ms) {
  const auto& terms = w_.campaigns.at(who.first).terms;
  const auto queued = w_.retries.find(who);
  const auto retries = queued == w_.retries.end() ? std::int16_t{0} : queued->second.row.retries;
  const auto runs = tries_again(terms, now_ms);
  const auto end =
      core::settle({.policy = terms.in_doubt == core::in_doubt_policy::resend && !runs
                                  ? core::in_doubt_policy::hold
                                  : terms.in_doubt,
                    .attempt = doubt.attempt,
                    .code = doubt.code,
                    .reached = has_got_one(w_, who),
                    .may_retry = runs && terms.retry_failed && retries < terms.retries_max});
  if (end == core::in_doubt_policy::resend) {
    queue_retry(w_, {.campaign = who.first,
                     .seq = who.second,
                     .attempt = static_cast<std::int16_t>(doubt.attempt + 1),
                     .retries = static_cast<std::int16_t>(retries + (doubt.code > 0 ? 1 : 0)),
                     .due_ms = now_ms,
                     .number = {},
                     .claim = {}});
    return;
  }
  const auto held = end == core::in_doubt_policy::hold;
  w_.append({.who = who,
             .attempt = doubt.attempt,
             .kind = held ? core::event_kind::held : core::event_kind::failed,
             .code = held ? 0
                     : doubt.code > 0
                         ? doubt.code
                         : static_cast<std::int32_t>(core::local_code::in_doubt_failed),
             .at_ms = now_ms,
             .number = {},
             .text = {},
             .committed_ms = {},
             .folded_ms = {}});
}

} // namespace stentor::simulation
