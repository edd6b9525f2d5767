#include "adapters/postgres/campaign/gate_watch.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/plan_row.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/campaign/canary.hpp"

#include <algorithm>
#include <optional>

namespace stentor::postgres {

namespace {

using core::canary_state;
using core::canary_step;
using ports::gate_note;

core::gate_counts counts_in(const row_reader& row) {
  return {.ended = row.integer("ended"),
          .delivered = row.integer("delivered"),
          .read = row.integer("read"),
          .failed = row.integer("failed"),
          .opted_out = row.integer("opted_out"),
          .capped = row.integer("capped")};
}

/// A campaign as its gates see it.
struct watched {
  core::campaign_no no{};
  std::string id;
  core::organization_no organization{};
  bool is_sending = false;
  core::plan_options plan;
  std::optional<canary_state> canary;
  std::optional<core::wall_time> claimed_at; ///< when the last of the canary's people was
  bool all_claimed = false;
  core::canary_facts first;         ///< of its canary
  core::gate_counts recent, last;   ///< accepted in this hour and the last one; in the last one
  std::vector<core::gate> for_rest; ///< the gates of whoever is sent to
  core::on_unsure on_unsure = core::on_unsure::ask;

  [[nodiscard]] bool waits() const { return canary == canary_state::waiting; }
};

class look_at_campaign {
public:
  look_at_campaign(connection& db, core::campaign_no no, core::wall_time now)
      : db_{db}, no_{no}, now_{now} {}

  /// What is to be done; the campaign is locked or it is only asked.
  core::result<std::optional<gate_note>> decide() {
    if (auto s = read(); !s)
      return s.error();
    if (!c_.is_sending)
      return std::optional<gate_note>{};
    if (c_.waits()) {
      const auto decision = core::decide(c_.first);
      if (decision.step != canary_step::wait)
        return note_of(decision);
    }
    if (const auto by = core::killed_by(c_.for_rest, c_.recent, c_.last)) {
      becomes_ = c_.waits() ? std::optional{canary_state::stopped} : std::nullopt;
      return std::optional{note(core::why_stopped(*by), true)};
    }
    return std::optional<gate_note>{};
  }

  core::status carry_out(const gate_note& what) {
    if (becomes_) {
      params p;
      p.integer(no_).text(core::to_string(*becomes_)).text(core::to_json(what.what));
      if (auto s = db_.execute("gates_canary_decided", std::move(p)); !s)
        return s;
    }
    if (what.paused)
      if (auto s = campaign_lifecycle{db_}.command(no_, core::campaign_command::pause, what.what,
                                                   core::pause_kind::gate);
          !s)
        return s;
    const ports::principal daemon{
        .organization = c_.organization, .role = "admin", .actor = "gates", .source = ""};
    return write_audit(db_, {.who = daemon,
                             .action = what.paused ? "campaign.pause" : "campaign.open_rest",
                             .subject = c_.id,
                             .detail = core::to_json(what.what)});
  }

  /// All of its canary's people are claimed, and nobody has written down since when.
  [[nodiscard]] bool is_claimed_now() const {
    return c_.waits() && c_.all_claimed && !c_.claimed_at;
  }

private:
  core::status read() {
    auto facts = db_.call("gates_facts", params{}.integer(no_));
    if (!facts)
      return facts.error();
    if (facts->empty())
      return core::ok{};
    const row_reader row{*facts};
    c_.no = no_;
    c_.id = row.string("id");
    c_.organization = row.id<core::organization_no>("organization_no");
    c_.is_sending = row.boolean("is_sending");
    c_.plan = plan_of(row);
    c_.canary = core::canary_state_from(row.text("canary"));
    c_.claimed_at = row.time("claimed_at");
    c_.all_claimed = row.boolean("all_claimed");
    c_.first.people = row.integer("people");
    const auto known_until = std::min(now_, row.time("folded_to").value_or(now_));
    const auto policy = load_policy(db_, c_.organization);
    if (!policy)
      return policy.error();
    read_gates(policy->canary, known_until);
    return read_counts();
  }

  void read_gates(const core::canary_rules& rules, core::wall_time known_until) {
    const auto canary = c_.plan.canary.value_or(core::canary_options{});
    c_.first.gates = canary.gates.value_or(rules.gates());
    c_.on_unsure = canary.on_unsure;
    if (c_.plan.gates)
      c_.for_rest = *c_.plan.gates;
    else if (c_.plan.canary)
      c_.for_rest = c_.first.gates;
    if (!c_.claimed_at)
      return;
    const auto settle = canary.settle ? std::chrono::milliseconds{*canary.settle} : rules.settle;
    c_.first.settled = known_until >= *c_.claimed_at + settle;
    c_.first.overdue = known_until >= *c_.claimed_at + 2 * settle;
  }

  core::status read_counts() {
    if (c_.waits()) {
      auto r = db_.call("gates_of_canary", params{}.integer(no_));
      if (!r)
        return r.error();
      c_.first.counts = counts_in(row_reader{*r});
    }
    const auto last_hour =
        std::chrono::floor<std::chrono::hours>(now_).time_since_epoch().count() - 1;
    auto r = db_.call("gates_of_hours", params{}.integer(no_).integer(last_hour));
    if (!r)
      return r.error();
    for (const auto row : each(*r)) {
      c_.recent += counts_in(row);
      if (row.integer("hour") == last_hour)
        c_.last += counts_in(row);
    }
    return core::ok{};
  }

  std::optional<gate_note> note_of(const core::canary_decision& decision) {
    const bool opens_anyway =
        decision.step == canary_step::ask && c_.on_unsure == core::on_unsure::open;
    const bool opens = decision.step == canary_step::open || opens_anyway;
    becomes_ = opens                                ? canary_state::open
               : decision.step == canary_step::stop ? canary_state::stopped
                                                    : canary_state::unsure;
    return note(core::why(decision, opens_anyway), !opens);
  }

  gate_note note(core::sentence what, bool paused) {
    return {.campaign = no_,
            .campaign_id = c_.id,
            .organization = c_.organization,
            .what = std::move(what),
            .paused = paused};
  }

  connection& db_;
  core::campaign_no no_;
  core::wall_time now_;
  watched c_;
  std::optional<canary_state> becomes_;
};

/// Most often there is nothing to do, and nobody is kept waiting to find that out.
core::result<std::optional<gate_note>> look_at(connection& db, core::campaign_no no,
                                               core::wall_time now) {
  look_at_campaign glance{db, no, now};
  auto seen = glance.decide();
  if (!seen)
    return seen;
  if (glance.is_claimed_now()) {
    params p;
    p.integer(no).integer(now.time_since_epoch().count());
    if (auto s = db.execute("gates_canary_claimed", std::move(p)); !s)
      return s.error();
  }
  if (!*seen)
    return seen;
  auto t = transaction::begin(db);
  if (!t)
    return t.error();
  if (auto status = campaign_lifecycle{db}.lock(no); !status)
    return status.error();
  look_at_campaign locked{db, no, now};
  auto decided = locked.decide();
  if (!decided || !*decided)
    return decided; // somebody was quicker
  if (auto s = locked.carry_out(**decided); !s)
    return s.error();
  if (auto s = t->commit(); !s)
    return s.error();
  return decided;
}

} // namespace

core::result<std::vector<gate_note>> gate_watch_on_postgres::look(core::wall_time now) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  auto all = db_->call("gates_watched", {});
  if (!all)
    return all.error();
  std::vector<gate_note> notes;
  for (const auto row : each(*all)) {
    auto note = look_at(*db_, row.id<core::campaign_no>("no"), now);
    if (!note && notes.empty())
      return note.error();
    if (!note)
      break; // whoever comes next time; what is decided must be told
    if (*note)
      notes.push_back(std::move(**note));
  }
  return notes;
}

} // namespace stentor::postgres
