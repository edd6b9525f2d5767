/// Gates of campaigns: postgres/campaign/gate_watch as values.
#include "tests/model/stores.hpp"

#include <algorithm>

namespace stentor::simulation {

namespace {

core::gate_counts& add(core::gate_counts& to, const core::delivery& row) {
  const auto counts = core::counts_of(row);
  const bool accepted = counts.sent != 0;
  const auto state = core::state_of(row);
  const bool opted_out = accepted && state == core::delivery_state::opted_out;
  const bool ended = counts.failed != 0 ||
                     (accepted && (counts.delivered != 0 || counts.responded != 0 || opted_out));
  to.ended += ended ? 1 : 0;
  to.delivered += counts.delivered;
  to.read += counts.read;
  to.failed += counts.failed;
  to.opted_out += opted_out ? 1 : 0;
  to.capped += counts.failed != 0 && row.error_code == core::enough_marketing ? 1 : 0;
  return to;
}

core::stage stage_of(const campaign_row& c, core::recipient_seq seq) {
  for (const auto& part : c.parts)
    if (part.from <= seq && seq <= part.to)
      return part.stage;
  return core::stage::rest;
}

struct seen_counts {
  core::gate_counts first, recent, last;
};

seen_counts counts_of(const world& w, core::campaign_no no, core::wall_time now) {
  using std::chrono::floor;
  using std::chrono::hours;
  const auto& c = w.campaigns.at(no);
  const auto hour = floor<hours>(now.time_since_epoch()).count();
  seen_counts seen;
  for (auto at = w.deliveries.lower_bound({no, 0});
       at != w.deliveries.end() && at->first.first == no; ++at) {
    const auto& row = at->second;
    if (stage_of(c, at->first.second) == core::stage::canary)
      add(seen.first, row);
    const auto accepted = row.accepted_at != 0 ? row.accepted_at : row.sent_at;
    const auto then = floor<hours>(std::chrono::milliseconds{accepted}).count();
    if (accepted != 0 && then >= hour - 1)
      add(seen.recent, row);
    if (accepted != 0 && then == hour - 1)
      add(seen.last, row);
  }
  seen.recent -= c.judged;
  seen.last -= c.judged;
  return seen;
}

} // namespace

core::result<std::vector<ports::gate_note>> gate_watch::look(core::wall_time now) {
  using notes = std::vector<ports::gate_note>;
  return transact(w_, "gates", w_.store_fails, [&]() -> core::result<notes> {
    notes all;
    for (auto& [no, c] : w_.campaigns)
      if (c.terms.status == core::campaign_status::sending)
        if (auto note = look_at(c, now))
          all.push_back(std::move(*note));
    return all;
  });
}

std::optional<ports::gate_note> gate_watch::look_at(campaign_row& c, core::wall_time now) {
  const bool waits = c.canary == core::canary_state::waiting;
  const auto counts = counts_of(w_, c.terms.no, now);
  if (waits) {
    core::canary_facts facts{.gates = c.canary_gates, .counts = counts.first};
    bool all_claimed = true;
    for (const auto& part : c.parts)
      if (part.stage == core::stage::canary) {
        facts.people += part.to - part.from + 1;
        all_claimed = all_claimed && part.left() <= 0;
      }
    if (all_claimed && !c.canary_claimed_at)
      c.canary_claimed_at = now;
    const bool folded = w_.folded == w_.events.size();
    facts.settled = folded && c.canary_claimed_at && now >= *c.canary_claimed_at + c.settle;
    facts.overdue = folded && c.canary_claimed_at && now >= *c.canary_claimed_at + 2 * c.settle;
    const auto decision = core::decide(facts);
    if (decision.step == core::canary_step::open)
      return decided(c, core::canary_state::open, core::why(decision));
    if (decision.step != core::canary_step::wait)
      return decided(c,
                     decision.step == core::canary_step::stop ? core::canary_state::stopped
                                                              : core::canary_state::unsure,
                     core::why(decision));
  }
  if (const auto by = core::killed_by(c.gates, counts.recent, counts.last))
    return decided(c, waits ? core::canary_state::stopped : c.canary, core::why_stopped(*by));
  return std::nullopt;
}

ports::gate_note gate_watch::decided(campaign_row& c, std::optional<core::canary_state> state,
                                     core::sentence what) {
  const bool opens = state == core::canary_state::open && c.canary == core::canary_state::waiting;
  c.canary = state;
  if (opens) {
    c.rest_open_ms = w_.now_ms();
  } else {
    c.terms.status = core::campaign_status::paused;
    c.pause = core::pause_kind::gate;
    c.reason = what;
  }
  w_.log.push_back("gate " + std::to_string(c.terms.no) + " " + what.code);
  return {.campaign = c.terms.no,
          .campaign_id = c.terms.id,
          .organization = c.terms.organization,
          .what = std::move(what),
          .paused = !opens};
}

void let_go_on(world& w, campaign_row& c) {
  if (c.pause != core::pause_kind::gate)
    return;
  if (c.canary == core::canary_state::stopped || c.canary == core::canary_state::unsure)
    c.rest_open_ms = w.now_ms();
  if (c.rest_open_ms != 0)
    c.canary = core::canary_state::open;
  c.judged = {};
  c.judged =
      counts_of(w, c.terms.no, core::wall_time{std::chrono::milliseconds{w.now_ms()}}).recent;
}

} // namespace stentor::simulation
