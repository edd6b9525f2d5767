/// Parents are found without a lock and looked at again under one; whoever of several daemons has
/// it moves the parent on, and the key of a run (parent and time) is taken once.
#include "adapters/postgres/campaign/run_store.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/recurring_row.hpp"
#include "adapters/postgres/delivery/ledger_session.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/campaign/freeze.hpp"
#include "stentor/core/campaign/recurrence_text.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

using core::sentence;
using core::wall_time;

/// A plan that was made so far ahead of now was made by a clock that was wrong; clocks of several
/// daemons differ by less.
constexpr std::chrono::minutes clock_tolerance{1};

const ports::principal scheduler{{}, "", "scheduler", ""};

/// A parent under its lock.
struct due_parent {
  recurring_row row;
  std::string name;
  bool runs = false; ///< one of its runs is not over
};

/// What became of it.
struct step {
  bool moved = false;
  bool made = false;
  bool due_again = false;
  bool paused = false;
  std::optional<sentence> note;
};

std::string shown(wall_time at, const core::zone_offsets& zone) {
  return core::local_text(at, zone(at));
}

sentence missed(const core::due_run& due, const core::zone_offsets& zone) {
  const auto from = shown(*due.missed_from, zone);
  const auto until = shown(*due.missed_until, zone);
  if (from == until)
    return core::make_sentence("run_missed",
                               "Its run of {at} was missed: nobody was there to start it in time.",
                               {{"at", from}});
  return core::make_sentence(
      "runs_missed",
      "Its runs from {from} to {until} were missed: nobody was there to start them "
      "in time.",
      {{"from", from}, {"until", until}});
}

class run_store_on_postgres final : public ports::run_store {
public:
  run_store_on_postgres(std::shared_ptr<connection> db, const ports::time_zones& zones)
      : db_{std::move(db)}, zones_{zones} {}

  core::result<ports::made_runs> make_due(wall_time now, std::size_t most) override {
    if (auto s = db_->ensure(); !s)
      return s.error();
    params which;
    which.integer(ms_of(now)).integer(static_cast<std::int64_t>(most));
    which.integer(core::freeze_lead_most.count());
    auto due = db_->call("runs_due", std::move(which));
    if (!due)
      return due.error();
    ports::made_runs all;
    bool moved = false;
    for (const auto row : each(*due)) {
      const auto one = make_one(row.id<core::campaign_no>("no"), now, all);
      if (!one)
        return one.error();
      moved = moved || *one;
    }
    // Where all are somebody else's, asking again at once would only spin.
    all.more = all.more || (moved && static_cast<std::size_t>(due->size()) >= most);
    return all;
  }

  core::result<std::vector<ports::waiting_run>> waiting(wall_time now, std::size_t most) override {
    if (auto s = db_->ensure(); !s)
      return s.error();
    auto r = db_->call("runs_to_launch",
                       params{}.integer(ms_of(now)).integer(static_cast<std::int64_t>(most)));
    if (!r)
      return r.error();
    std::vector<ports::waiting_run> all;
    for (const auto row : each(*r))
      all.push_back({.no = row.id<core::campaign_no>("no"),
                     .id = row.string("id"),
                     .organization = row.id<core::organization_no>("organization_no"),
                     .parent = row.id<core::campaign_no>("parent_no"),
                     .parent_id = row.string("parent_id"),
                     .at = row.time("occurrence_at").value_or(wall_time{}),
                     .too_late = row.boolean("too_late")});
    return all;
  }

  core::status refuse(const ports::waiting_run& run, const sentence& why) override {
    if (auto s = db_->ensure(); !s)
      return s;
    auto t = transaction::begin(*db_);
    if (!t)
      return t.error();
    campaign_lifecycle lifecycle{*db_};
    const auto status = lifecycle.lock(run.no);
    if (!status)
      return status.error();
    if (*status != core::campaign_status::draft)
      return core::ok{};
    if (auto s = lifecycle.fail_run(run.no, run.parent, why); !s)
      return s;
    return t->commit();
  }

private:
  /// False: nothing of it has changed.
  core::result<bool> make_one(core::campaign_no no, wall_time now, ports::made_runs& all) {
    auto t = transaction::begin(*db_);
    if (!t)
      return t.error();
    auto r = db_->call("run_lock", params{}.integer(no));
    if (!r)
      return r.error();
    if (r->empty()) // another daemon works on it, or somebody paused it meanwhile
      return false;
    const row_reader row{*r};
    const due_parent parent{recurring_row_of(row), row.string("name"), row.boolean("runs")};
    auto done = make_in(parent, now);
    if (!done)
      return done.error();
    if (auto s = t->commit(); !s)
      return s.error();
    all.made += done->made ? 1 : 0;
    all.more = all.more || done->due_again;
    if (done->note)
      all.notes.push_back(
          {parent.row.id, parent.row.organization, std::move(*done->note), done->paused});
    return done->moved;
  }

  core::result<step> make_in(const due_parent& parent, wall_time now) {
    const auto& c = parent.row;
    const auto zone = c.rule ? offsets_of(zones_, c.rule->time_zone)
                             : core::error{core::errc::invalid, "It can't be read."};
    if (!zone || !c.next_run)
      return pause(c, zone ? "It has no next run." : zone.error().message);
    if (c.planned_at && *c.planned_at > now + clock_tolerance)
      return move(c, core::next_after(*c.rule, now, *zone), now, {});
    // Ahead of its time, so that its list is there by then; late is what it was.
    const auto ahead = now + c.lead;
    const auto due =
        core::due_run_of(*c.rule, *c.next_run, ahead, c.lateness + c.lead, c.missed, *zone);
    if (due.next == c.next_run) // it isn't its time: another daemon was quicker
      return step{};
    step done;
    if (due.missed_from)
      done.note = missed(due, *zone);
    if (due.run && parent.runs && c.overlap == core::run_overlap::skip) {
      done.note = core::make_sentence("run_overlaps",
                                      "Its run of {at} was left out: the one before still runs.",
                                      {{"at", shown(*due.run, *zone)}});
    } else if (due.run) {
      const auto made = make_run(parent, *due.run, shown(*due.run, *zone));
      if (!made)
        return made.error();
      done.made = *made;
    }
    done.due_again = due.next && *due.next <= ahead;
    return move(c, due.next, now, std::move(done));
  }

  /// False: there is this run already.
  core::result<bool> make_run(const due_parent& parent, wall_time at, const std::string& shown_at) {
    params run;
    run.integer(parent.row.no).integer(ms_of(at)).text(parent.name + " " + shown_at);
    auto r = db_->call("run_make", std::move(run));
    if (!r)
      return r.error();
    if (r->empty())
      return false;
    auto who = scheduler;
    who.organization = parent.row.organization;
    const auto detail =
        R"({"parent":")" + parent.row.id + R"(","occurrenceAt":")" + core::to_text(at) + R"("})";
    if (auto s = write_audit(*db_, {who, "campaign.run", row_reader{*r}.string("id"), detail}); !s)
      return s.error();
    return true;
  }

  /// Without a next run it has ended.
  core::result<step> move(const recurring_row& c, const std::optional<wall_time>& next,
                          wall_time now, step done) {
    params to;
    to.integer(c.no);
    to.integer(next ? std::optional{ms_of(*next)} : std::nullopt);
    to.integer(ms_of(now));
    to.text(done.note ? core::to_json(*done.note) : "");
    if (auto s = db_->execute("run_move", std::move(to)); !s)
      return s.error();
    done.moved = true;
    if (!next)
      if (auto s =
              campaign_lifecycle{*db_}.become(c.no, core::campaign_status::completed, done.note);
          !s)
        return s.error();
    return done;
  }

  core::result<step> pause(const recurring_row& c, const std::string& problem) {
    step done;
    done.moved = done.paused = true;
    done.note = core::make_sentence(
        "recurrence_unusable", "Its recurrence can't be used: {problem}", {{"problem", problem}});
    if (auto s = campaign_lifecycle{*db_}.become(c.no, core::campaign_status::paused, done.note);
        !s)
      return s.error();
    return done;
  }

  std::shared_ptr<connection> db_;
  const ports::time_zones& zones_;
};

} // namespace

core::result<std::unique_ptr<ports::run_store>> open_run_store(connection_options options,
                                                               const ports::time_zones& zones) {
  options.application_name = "stentor runs";
  // Whoever finds a row locked says so, and tries again at the next tick.
  options.lock_timeout = std::chrono::seconds{1};
  auto db = open_store_connection(std::move(options));
  if (!db)
    return db.error();
  return std::unique_ptr<ports::run_store>{
      std::make_unique<run_store_on_postgres>(std::move(*db), zones)};
}

} // namespace stentor::postgres
