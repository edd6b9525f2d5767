#include "tests/simulation/run/checker.hpp"

#include "tests/simulation/run/ratings.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace stentor::simulation {

namespace {

using core::campaign_command;
using core::campaign_status;
using core::delivery_state;
using core::event_kind;
using std::chrono::duration_cast;

/// What is folded, claimed or in the lane already when a receipt comes can still go out; so can
/// what left in the moment in which an operator pressed a button.
constexpr milliseconds settle_slack{6'500};
constexpr milliseconds listening_slack{1'500};
constexpr milliseconds command_slack{100};
constexpr milliseconds told_slack{1'000}; ///< from the answer on, other processes obey (nodes.md)
/// Orders that are given at nearly the same moment may overtake each other.
constexpr milliseconds order_slack{50};

std::string at(core::steady_time when) {
  const auto ms = duration_cast<milliseconds>(when - steady_begin).count();
  return std::to_string(ms / 1'000) + "." + std::to_string(ms % 1'000 + 1'000).substr(1) + " s";
}

/// Of the wall clock.
std::string wall_at(std::int64_t ms) {
  return at(steady_begin + milliseconds{ms - wall_begin_ms});
}

std::string name(const recipient& who) {
  return "campaign " + std::to_string(who.first) + " recipient " + std::to_string(who.second);
}

class checking {
public:
  explicit checking(const evidence& e) : e_{e} {}

  std::vector<violation> all() {
    nobody_twice();
    nobody_too_soon();
    nobody_after_a_stop();
    nobody_who_is_closed();
    for (auto& what : sent_though_red(e_.of, e_.known))
      violate("marketing of a number that is rated red", std::move(what));
    no_limit_exceeded();
    nothing_while_paused();
    requests_one_by_one();
    for (const auto& c : e_.of.campaigns)
      campaign(c);
    if (e_.came_to_rest)
      at_rest();
    every_order_audited();
    return std::move(found_);
  }

private:
  void violate(std::string what, std::string detail) {
    found_.push_back({std::move(what), std::move(detail)});
  }
  [[nodiscard]] const planned_campaign& planned(core::campaign_no no) const {
    return e_.of.campaigns.at(static_cast<std::size_t>(no.value()) - 1);
  }
  [[nodiscard]] const core::delivery* row_of(const recipient& who) const {
    const auto found = e_.database.deliveries.find(who);
    return found == e_.database.deliveries.end() ? nullptr : &found->second;
  }

  // -- never twice

  void nobody_twice() {
    for (const auto& [who, all] : e_.known.taken)
      for (std::size_t later = 1; later < all.size(); ++later)
        for (std::size_t earlier = 0; earlier < later; ++earlier)
          judge_pair(who, all[earlier], all[later]);
  }

  void judge_pair(const recipient& who, const taken_message& first, const taken_message& second) {
    const auto& r = e_.known.requests[second.request];
    const auto where = name(who) + ": attempt " + std::to_string(first.attempt) + " and attempt " +
                       std::to_string(second.attempt) + ", which left at " + at(r.departed);
    if (first.attempt == second.attempt)
      return violate("twice", where + ": the same try went out twice");
    const auto left_ms =
        wall_begin_ms + duration_cast<milliseconds>(r.departed - steady_begin).count();
    const auto told = std::any_of(
        e_.database.events.begin(), e_.database.events.end(), [&](const ledger_event& event) {
          return event.who == who && event.attempt == first.attempt &&
                 (event.kind == event_kind::sent || event.kind == event_kind::delivered ||
                  event.kind == event_kind::read) &&
                 event.folded_ms > 0 && event.folded_ms + settle_slack.count() < left_ms &&
                 !failed_all_the_same(first, event.kind);
        });
    if (told)
      return violate("twice although a receipt had told", where);
    if (failure_was_told(first, r))
      return;
    const auto* const doubt = doubt_about(who, first.attempt);
    if (doubt == nullptr)
      return violate("twice", where + ": nobody was in doubt about the first one");
    const auto weak = doubt->code > 0;
    if (!weak && planned(who.first).terms.in_doubt != core::in_doubt_policy::resend)
      return violate("twice", where + ": the policy forbids it");
  }

  static bool failure_was_told(const taken_message& m, const seen_request& before) {
    return std::any_of(m.receipts.begin(), m.receipts.end(), [&](const receipt& one) {
      return one.kind == event_kind::failed && one.told && *one.told < before.departed;
    });
  }

  [[nodiscard]] const ledger_event* doubt_about(const recipient& who, std::int16_t attempt) const {
    const auto& all = e_.database.events;
    const auto found = std::find_if(all.begin(), all.end(), [&](const ledger_event& event) {
      return event.who == who && event.kind == event_kind::in_doubt && event.attempt == attempt;
    });
    return found == all.end() ? nullptr : &*found;
  }

  /// Also where Meta never had the first message: luck is no excuse. Several processes count by
  /// clocks that agree (nodes.md).
  void nobody_too_soon() {
    const auto& incidents = e_.of.incidents;
    if (e_.of.nodes > 1 && std::any_of(incidents.begin(), incidents.end(), [](const incident& one) {
          return one.kind == incident_kind::wall_step;
        }))
      return;
    for (const auto& r : e_.known.requests) {
      const recipient who{r.body.campaign, r.body.seq};
      for (std::int16_t attempt = 0; attempt < r.body.attempt; ++attempt) {
        const auto* const doubt = doubt_about(who, attempt);
        if (doubt == nullptr || was_settled(who, attempt, r))
          continue;
        // Others may listen while the process that doubts can't write it down.
        const auto since = e_.of.nodes > 1 ? doubt->at_ms : doubt->committed_ms;
        const auto waited = milliseconds{r.takeable_ms} - e_.takeable_until(since);
        if (waited + listening_slack < e_.in_doubt_wait)
          violate("again too soon", name(who) + ", which left at " + at(r.departed) +
                                        ": webhooks could be taken for only " +
                                        std::to_string(waited.count()) + " ms of the doubt");
      }
    }
  }

  /// Whether Meta had said by then that the try had failed, in its answer (which another process
  /// may have heard than the one that doubts) or later.
  [[nodiscard]] bool was_settled(const recipient& who, std::int16_t attempt,
                                 const seen_request& before) const {
    const auto& all = e_.database.events;
    if (std::any_of(all.begin(), all.end(), [&](const ledger_event& event) {
          return event.who == who && event.attempt == attempt && event.kind == event_kind::rejected;
        }))
      return true;
    const auto taken = e_.known.taken.find(who);
    return taken != e_.known.taken.end() &&
           std::any_of(taken->second.begin(), taken->second.end(), [&](const taken_message& m) {
             return m.attempt == attempt && failure_was_told(m, before);
           });
  }

  /// A message that was sent and failed then is no message: only that it was delivered wins.
  static bool failed_all_the_same(const taken_message& m, event_kind told) {
    return told == event_kind::sent &&
           std::any_of(m.receipts.begin(), m.receipts.end(),
                       [](const receipt& one) { return one.kind == event_kind::failed; });
  }

  // -- never after a stop

  void nobody_after_a_stop() {
    for (const auto& r : e_.known.requests) {
      const auto& c = planned(r.body.campaign);
      const auto person = c.person.at(static_cast<std::size_t>(r.body.seq) - 1);
      const auto& listed = c.people.at(static_cast<std::size_t>(r.body.seq) - 1).who;
      for (const auto& s : e_.known.stops) {
        const auto matches = e_.of.people[person].linked || (s.by_phone && listed.phone != 0) ||
                             (s.by_user_id && !listed.user_id.empty());
        const auto from = r.node == s.node ? s.from : s.from + told_slack;
        if (s.person != person || !matches || r.departed <= from ||
            (s.until && r.departed >= *s.until))
          continue;
        violate("after a stop", name({r.body.campaign, r.body.seq}) + " left at " + at(r.departed) +
                                    "; " + s.by + " was answered at " + at(s.from));
      }
    }
  }

  // -- nobody of whom Meta said that he had enough

  /// A closure holds from its fold on: what was claimed before still goes out. What Meta tells of a
  /// try again, with a later time, is no refusal of its own.
  void nobody_who_is_closed() {
    if (e_.of.closed_for.count() == 0)
      return;
    std::set<std::pair<recipient, std::int16_t>> told;
    for (const auto& said : e_.database.events)
      if (said.code == core::enough_marketing && said.folded_ms > 0 &&
          told.emplace(said.who, said.attempt).second)
        for (const auto& r : e_.known.requests)
          judge_closed(said, r);
  }

  void judge_closed(const ledger_event& said, const seen_request& r) {
    const auto key_of = [&](const recipient& who) { return e_.database.row_of(who).who.key(); };
    const recipient who{r.body.campaign, r.body.seq};
    const auto until_ms = said.at_ms + e_.of.closed_for.count();
    const auto left_ms =
        wall_begin_ms + duration_cast<milliseconds>(r.departed - steady_begin).count();
    if (left_ms <= said.folded_ms + settle_slack.count() || left_ms >= until_ms ||
        key_of(who) != key_of(said.who))
      return;
    const auto opened = std::any_of(
        e_.database.events.begin(), e_.database.events.end(), [&](const ledger_event& e) {
          return e.folded_ms > 0 && e.at_ms > said.at_ms && key_of(e.who) == key_of(said.who) &&
                 (e.kind == event_kind::delivered || e.kind == event_kind::read);
        });
    if (!opened)
      violate("closed to marketing and written to",
              name(who) + " left at " + at(r.departed) + ", although Meta had said of " +
                  name(said.who) + " at " + wall_at(said.at_ms) + " that he had enough, until " +
                  wall_at(until_ms) + "; folded at " + wall_at(said.folded_ms));
  }

  // -- never above a limit

  void no_limit_exceeded() {
    std::map<core::number_no, std::vector<core::steady_time>> departures;
    for (const auto& r : e_.known.requests)
      departures[r.body.number].push_back(r.departed);
    for (auto& [number, times] : departures) {
      std::sort(times.begin(), times.end());
      std::size_t begin = 0;
      for (std::size_t end = 0; end < times.size(); ++end) {
        while (times[end] - times[begin] >= std::chrono::seconds{1})
          ++begin;
        const auto limit = std::ceil(limit_around(number, times[begin], times[end]));
        if (static_cast<double>(end - begin + 1) <= limit)
          continue;
        violate("above a limit", "number " + std::to_string(number) + ": " +
                                     std::to_string(end - begin + 1) + " in the second before " +
                                     at(times[end]) + ", " + std::to_string(limit) +
                                     " are allowed");
        return;
      }
    }
  }

  [[nodiscard]] double limit_around(core::number_no number, core::steady_time from,
                                    core::steady_time to) const {
    double now = 1, most = 0;
    for (const auto& change : e_.limits) {
      if (change.at <= from)
        now = change.factor;
      else if (change.at <= to)
        most = std::max(most, change.factor);
    }
    return std::max(now, most) * e_.of.rates.at(static_cast<std::size_t>(number.value()) - 1);
  }

  // -- commands and times

  static core::steady_time holds_from(const operators_order& order, int node) {
    return node == order.node
               ? order.asked + command_slack
               : order.answered.value_or(core::steady_time::max() - told_slack) + told_slack;
  }

  /// Whether it may have been written behind the other one: while the database hangs, orders wait
  /// in several processes, and the later one may be the first.
  [[nodiscard]] bool may_be_behind(const operators_order& order,
                                   const operators_order& other) const {
    return order.asked + order_slack >= other.asked ||
           (e_.of.nodes > 1 && (!order.answered || *order.answered >= other.asked));
  }

  void nothing_while_paused() {
    for (const auto& order : e_.orders) {
      if (!order.ok || order.command == campaign_command::resume)
        continue;
      auto until = core::steady_time::max();
      for (const auto& other : e_.orders)
        if (order.command == campaign_command::pause && other.campaign == order.campaign &&
            other.command == campaign_command::resume && may_be_behind(other, order))
          until = std::min(until, std::max(other.asked, order.asked));
      for (const auto& r : e_.known.requests)
        if (r.body.campaign == order.campaign && r.departed > holds_from(order, r.node) &&
            r.departed < until) {
          violate(order.command == campaign_command::pause ? "while paused" : "after a cancel",
                  name({r.body.campaign, r.body.seq}) + " left at " + at(r.departed) +
                      " from node" + std::to_string(r.node) + "; the order was given to node" +
                      std::to_string(order.node) + " at " + at(order.asked));
          break;
        }
    }
  }

  void requests_one_by_one() {
    std::map<core::number_no, core::lease_epoch> epochs;
    auto by_departure = e_.known.requests;
    std::stable_sort(by_departure.begin(), by_departure.end(),
                     [](const auto& a, const auto& b) { return a.departed < b.departed; });
    for (const auto& r : by_departure) {
      const recipient who{r.body.campaign, r.body.seq};
      const auto& campaign = planned(r.body.campaign);
      const auto& terms = campaign.terms;
      if (!r.with_lease)
        violate("without a lease", name(who) + " left at " + at(r.departed) + " on number " +
                                       std::to_string(r.body.number) + ", epoch " +
                                       std::to_string(r.body.epoch));
      auto& epoch = epochs[r.body.number];
      if (r.body.epoch < epoch)
        violate("two owners", name(who) + " left at " + at(r.departed) + " under epoch " +
                                  std::to_string(r.body.epoch) + ", after " +
                                  std::to_string(epoch));
      epoch = std::max(epoch, r.body.epoch);
      if (terms.expires_at && core::wall_time{milliseconds{r.wall_ms}} >= *terms.expires_at)
        violate("after the expiry", name(who) + " left at " + at(r.departed));
      if (r.wall_ms >= campaign.closed_from_ms && r.wall_ms < campaign.closed_until_ms)
        violate("outside the window", name(who) + " left at " + at(r.departed));
      for (std::size_t i = 0; i < campaign.parts.size(); ++i)
        if (who.second >= campaign.parts[i].from && who.second <= campaign.parts[i].to &&
            r.wall_ms >= campaign.closed[i].from_ms && r.wall_ms < campaign.closed[i].until_ms)
          violate("outside the hours of a part", name(who) + " left at " + at(r.departed));
      judge_stage(who, campaign, r);
      const auto& row = e_.database.campaigns.at(who.first);
      if (row.list_awaited || row.sent_without_list)
        violate("before its list was drawn", name(who) + " left at " + at(r.departed));
      const auto most = terms.retry_failed ? terms.retries_max : 0;
      if (r.body.retries > most)
        violate("more retries than allowed",
                name(who) + ": " + std::to_string(r.body.retries) + " of " + std::to_string(most));
    }
  }

  /// The rest goes when it is decided about those who went first.
  void judge_stage(const recipient& who, const planned_campaign& c, const seen_request& r) {
    if (!c.canary_settles || who.second < c.parts[1].from)
      return;
    const auto open_ms = e_.database.campaigns.at(who.first).rest_open_ms;
    const auto left_ms =
        wall_begin_ms + duration_cast<milliseconds>(r.departed - steady_begin).count();
    if (open_ms == 0 || left_ms < open_ms)
      violate("before the canary was decided", name(who) + " left at " + at(r.departed));
  }

  // -- nobody lost, and the sum is right

  void campaign(const planned_campaign& c) {
    const auto no = c.terms.no;
    const auto& row = e_.database.campaigns.at(no);
    core::delivery_counts counts;
    for (core::recipient_seq seq = 1; seq <= c.terms.recipients_total; ++seq) {
      const recipient who{no, seq};
      const auto* const d = row_of(who);
      if (d != nullptr)
        counts += core::counts_of(*d);
      if (e_.came_to_rest)
        judge_end(who, row, d);
    }
    if (!(counts == row.counts))
      violate("counters", "campaign " + std::to_string(no) + ": they are not the sum of the rows");
    if (!e_.came_to_rest)
      return;
    const auto balance = balance_of(e_.database, no, row.terms.status);
    if (!balance.settled())
      violate("not explained", "campaign " + std::to_string(no) + " is " +
                                   std::string{core::to_string(row.terms.status)} + " with " +
                                   std::to_string(balance.pending) + " pending and " +
                                   std::to_string(balance.in_doubt) + " in doubt");
  }

  void judge_end(const recipient& who, const campaign_row& campaign, const core::delivery* row) {
    const auto screened = campaign.people.at(static_cast<std::size_t>(who.second) - 1).screen != 0;
    const auto state = row == nullptr ? delivery_state::pending : core::state_of(*row);
    const auto taken = e_.known.taken.find(who);
    const auto ended_early = core::untouched_in(campaign.terms.status) != core::untouched::pending;
    const auto is = name(who) + " is " + std::string{core::to_string(state)};
    if (screened) {
      if (taken != e_.known.taken.end() || row != nullptr)
        violate("screened out and sent", is);
      return;
    }
    const auto told_sent = state == delivery_state::sent || state == delivery_state::delivered ||
                           state == delivery_state::read || state == delivery_state::responded;
    switch (state) {
    case delivery_state::pending:
    case delivery_state::sending:
      if (!ended_early)
        violate("lost", is + " at the end");
      break;
    case delivery_state::in_doubt:
      violate("in doubt for ever", is);
      break;
    case delivery_state::failed:
      judge_failed(who, *row, is);
      break;
    default:
      break;
    }
    if (told_sent && taken == e_.known.taken.end())
      violate("told as sent", is + ", and Meta never had it");
    if (taken == e_.known.taken.end())
      return;
    for (const auto& m : taken->second)
      for (const auto& r : m.receipts)
        if (r.acknowledged && r.kind != event_kind::failed && !failed_all_the_same(m, r.kind) &&
            !told_sent && state != delivery_state::opted_out && state != delivery_state::failed)
          return violate("receipt forgotten",
                         is + ", and a receipt was answered at " + at(*r.acknowledged));
  }

  /// Who failed was refused by Meta, or the policy gave up on him.
  void judge_failed(const recipient& who, const core::delivery& row, const std::string& is) {
    if (row.error_code == static_cast<std::int32_t>(core::local_code::in_doubt_failed))
      return;
    bool asked = false, refused = false;
    for (const auto& r : e_.known.requests)
      if (recipient{r.body.campaign, r.body.seq} == who) {
        asked = true;
        refused = refused || (!r.foreign && r.code != 0);
      }
    const auto taken = e_.known.taken.find(who);
    if (taken != e_.known.taken.end())
      for (const auto& m : taken->second)
        for (const auto& r : m.receipts)
          refused = refused || r.kind == event_kind::failed;
    if (!refused)
      violate(asked ? "failed without Meta's word" : "failed without a try",
              is + " with code " + std::to_string(row.error_code));
  }

  void at_rest() {
    const auto& db = e_.database;
    if (db.trims == 0)
      violate("nothing is deleted", "nobody asked for what is old to go");
    if (!db.claims.empty())
      violate("claim left open", std::to_string(db.claims.size()) + " of them");
    if (!db.doubts.empty())
      violate("in doubt for ever", name(db.doubts.begin()->first));
    if (db.hopeful_retries() > 0)
      violate("retry left open", std::to_string(db.hopeful_retries()) + " of them");
    // Folding in another order gives the same rows.
    std::map<recipient, core::delivery> again;
    for (auto e = db.events.rbegin(); e != db.events.rend(); ++e)
      for (int twice = 0; twice < 2; ++twice)
        core::fold(again[e->who], {.attempt = e->attempt,
                                   .kind = e->kind,
                                   .code = e->code,
                                   .at_ms = e->at_ms,
                                   .number = e->number,
                                   .text = e->text});
    if (again != db.deliveries)
      violate("order of events", "folded backwards and twice they give other rows");
  }

  void every_order_audited() {
    for (const auto& order : e_.orders) {
      const auto rows = std::count_if(
          e_.database.audits.begin(), e_.database.audits.end(),
          [&](const ports::audit_entry& row) { return row.subject == order.subject; });
      if (rows > 1 || (order.ok && rows == 0))
        violate("audit", order.subject + " has " + std::to_string(rows) + " rows");
    }
  }

  const evidence& e_;
  std::vector<violation> found_;
};

} // namespace

std::vector<violation> check(const evidence& e) {
  return checking{e}.all();
}

} // namespace stentor::simulation
