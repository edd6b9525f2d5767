/// A job is held by a lock of the session that works on it, so that it is free when that dies. The
/// list is built in one transaction, as a bare table that nobody else sees; the campaign is locked
/// at the end, and only if nothing has changed since the beginning the table becomes its list.
#include "adapters/postgres/campaign/freeze_store.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/campaign/launch.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/list_making.hpp"
#include "adapters/postgres/campaign/recurring_row.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/ledger_session.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

using core::sentence;
using ports::due_freeze;
using ports::freeze_end;

constexpr std::int64_t looked_at = 100;
/// A campaign's row is held for moments only: by a command, an import's end, a look at its time.
constexpr int lock_tries = 1'200;

class freeze_store_on_postgres final : public ports::freeze_store {
public:
  freeze_store_on_postgres(std::shared_ptr<connection> db, std::shared_ptr<connection> progress,
                           const ports::phone_numbers& phones, const ports::time_zones& zones)
      : db_{std::move(db)}, progress_{std::move(progress)}, phones_{phones}, zones_{zones} {}

  core::result<std::optional<due_freeze>> take(core::wall_time now,
                                               const std::set<std::int64_t>& but_not) override {
    if (auto s = db_->ensure(); !s)
      return s.error();
    auto due = db_->call("freezes_due", params{}.integer(ms_of(now)).integer(looked_at));
    if (!due)
      return due.error();
    for (const auto row : each(*due)) {
      const auto job = row.integer("no");
      if (but_not.contains(job))
        continue;
      auto held = db_->call("freeze_hold", params{}.integer(job));
      if (!held)
        return held.error();
      if (!row_reader{*held}.boolean("held")) // another daemon draws it
        continue;
      auto taken = take_held(job, now);
      if (taken && *taken)
        return taken;
      if (auto s = free(job); !s)
        return s.error();
      if (!taken)
        return taken.error();
    }
    return std::optional<due_freeze>{};
  }

  core::result<freeze_end> draw(const due_freeze& what,
                                const ports::campaign_launch::check& obstacles) override {
    if (auto s = progress_->ensure(); !s)
      return s.error();
    auto t = transaction::begin(*db_);
    if (!t)
      return t.error();
    steps_ = 0;
    dropped_ = false;
    auto end = draw_in(what, obstacles);
    if (!end && dropped_)
      return freeze_end{};
    if (!end || end->what != freeze_end::kind::drawn)
      return end; // the table goes with the transaction
    if (auto s = t->commit(); !s)
      return s.error();
    return end;
  }

  core::status give_up(const due_freeze& what, const sentence& why) override {
    if (auto s = db_->ensure(); !s)
      return s;
    auto t = transaction::begin(*db_);
    if (!t)
      return t.error();
    campaign_lifecycle lifecycle{*db_};
    const auto status = lifecycle.lock(what.campaign);
    if (!status)
      return status.error();
    auto failed = db_->call("freeze_failed", params{}.integer(what.job).text(core::to_json(why)));
    if (!failed)
      return failed.error();
    if (failed->empty() || *status != core::campaign_status::scheduled)
      return core::ok{};
    if (auto s = what.parent_id.empty() ? lifecycle.pause_undrawn(what.campaign, why)
                                        : lifecycle.fail_run(what.campaign, what.parent, why);
        !s)
      return s;
    return t->commit();
  }

  core::status release(const due_freeze& what) override { return free(what.job); }

private:
  core::status free(std::int64_t job) {
    if (auto r = db_->call("freeze_free", params{}.integer(job)); !r)
      return r.error();
    return core::ok{};
  }

  /// None: it is not its turn. Under the lock of the session.
  core::result<std::optional<due_freeze>> take_held(std::int64_t job, core::wall_time now) {
    auto t = transaction::begin(*db_);
    if (!t)
      return t.error();
    auto r = db_->call("freeze_terms", params{}.integer(ms_of(now)).integer(job));
    if (!r)
      return r.error();
    if (r->empty()) // it has ended, or somebody has the campaign at this moment
      return std::optional<due_freeze>{};
    const row_reader row{*r};
    due_freeze due{.job = job,
                   .job_id = row.string("job_id"),
                   .campaign = row.id<core::campaign_no>("no"),
                   .campaign_id = row.string("id"),
                   .organization = row.id<core::organization_no>("organization_no"),
                   .parent = row.id<core::campaign_no>("parent_no"),
                   .parent_id = row.string("parent_id"),
                   .run_at = row.time("occurrence_at").value_or(core::wall_time{}),
                   .expires_at = row.time("expires_at")};
    if (!row.boolean("stands")) {
      if (auto s = db_->execute("freeze_cancel", params{}.integer(due.campaign)); !s)
        return s.error();
      return commit_none(*t);
    }
    const bool too_late = row.boolean("is_too_late"); // whoever looks at times says what becomes
    auto list = db_->call("freeze_hold_list", params{}.integer(due.campaign));
    if (!list)
      return list.error();
    if (!row_reader{*list}.boolean("held"))
      return std::optional<due_freeze>{};
    params mark;
    mark.integer(job).text(too_late ? "waiting" : "running");
    if (auto s = db_->execute("freeze_mark", std::move(mark)); !s)
      return s.error();
    if (too_late)
      return commit_none(*t);
    if (auto s = t->commit(); !s)
      return s.error();
    return std::optional{std::move(due)};
  }

  static core::result<std::optional<due_freeze>> commit_none(transaction& t) {
    if (auto s = t.commit(); !s)
      return s.error();
    return std::optional<due_freeze>{};
  }

  core::result<freeze_end> draw_in(const due_freeze& what,
                                   const ports::campaign_launch::check& obstacles) {
    auto c = bare(what);
    if (!c)
      return c.error();
    const auto before = c->total;
    const list_tools tools{
        .phones = phones_, .zones = zones_, .stepped = [&] { return stepped(what); }};
    if (const auto picked = draw_people(*db_, *c, tools); !picked)
      return picked.error();
    const auto list = prepare_list(*db_, *c, tools);
    if (!list)
      return list.error();
    auto now = lock(what);
    if (!now)
      return now.error();
    const row_reader row{*now};
    if (row.id<core::recipient_seq>("total_recipients") != before)
      return freeze_end{};
    freeze_end end{.what = freeze_end::kind::drawn, .people = c->total, .obstacles = {}};
    end.late = std::chrono::milliseconds{row.integer("late_ms")};
    if (auto s = take_list(*db_, *c); !s)
      return s.error();
    if (auto s = write_list(*db_, *c, *list, zones_); !s)
      return s.error();
    return start(what, obstacles, std::move(end));
  }

  /// The campaign, seen without a lock, and the table on which nobody looks yet.
  core::result<locked_campaign> bare(const due_freeze& what) {
    auto r = db_->call("freeze_campaign", params{}.integer(what.campaign));
    if (!r)
      return r.error();
    if (r->empty())
      return drop();
    const row_reader row{*r};
    return locked_campaign{.no = what.campaign,
                           .organization = what.organization,
                           .status = row.string("status"),
                           .for_marketing = row.boolean("marketing"),
                           .total = row.id<core::recipient_seq>("total_recipients"),
                           .has_partition = row.boolean("has_partition"),
                           .list = "campaign_list_" + std::to_string(what.job)};
  }

  core::error drop() {
    dropped_ = true;
    return {core::errc::conflict, "the list is not wanted any more"};
  }

  /// Tells how far it is, and hears whether it is wanted still.
  core::status stepped(const due_freeze& what) {
    auto r = progress_->call("freeze_progress", params{}.integer(what.job).integer(++steps_));
    if (!r)
      return r.error();
    if (r->empty())
      return drop();
    return core::ok{};
  }

  /// Never waits for the row while it holds the lock of the caps, for which its holder may wait.
  core::result<rows> lock(const due_freeze& what) {
    for (int i = 0; i < lock_tries; ++i) {
      auto r = db_->call("freeze_lock", params{}.integer(what.job));
      if (!r || !r->empty())
        return r;
      auto stands = db_->call("freeze_still_stands", params{}.integer(what.job));
      if (!stands)
        return stands.error();
      if (!row_reader{*stands}.boolean("stands"))
        return drop();
      if (auto waited = db_->call("freeze_wait"); !waited)
        return waited.error();
    }
    return core::error{core::errc::unavailable,
                       "somebody has held the campaign for a minute: the list is drawn again"};
  }

  core::result<freeze_end> start(const due_freeze& what,
                                 const ports::campaign_launch::check& obstacles, freeze_end end) {
    const ports::principal who{what.organization, "", "scheduler", ""};
    auto facts = read_launch_facts(*db_, who, what.campaign_id);
    if (!facts)
      return facts.error();
    facts->list_of_nobody = facts->recipients == 0;
    end.obstacles = obstacles(*facts);
    if (!end.obstacles.empty()) {
      end.what = freeze_end::kind::refused;
      return end;
    }
    const auto status = campaign_lifecycle{*db_}.list_drawn(what.campaign);
    if (!status)
      return status.error();
    end.status = *status;
    params done;
    done.integer(what.job).integer(facts->recipients).integer(facts->screened);
    if (auto s = db_->execute("freeze_done", std::move(done)); !s)
      return s.error();
    const auto detail = R"({"people":)" + std::to_string(facts->recipients) + R"(,"screened":)" +
                        std::to_string(facts->screened) + "}";
    if (auto s = write_audit(*db_, {who, "campaign.freeze", what.campaign_id, detail}); !s)
      return s.error();
    return end;
  }

  std::shared_ptr<connection> db_;
  std::shared_ptr<connection> progress_;
  const ports::phone_numbers& phones_;
  const ports::time_zones& zones_;
  std::int64_t steps_ = 0;
  bool dropped_ = false;
};

} // namespace

core::result<std::unique_ptr<ports::freeze_store>>
open_freeze_store(connection_options options, const ports::phone_numbers& phones,
                  const ports::time_zones& zones) {
  auto telling = options;
  telling.application_name = "stentor freeze progress";
  auto progress = open_store_connection(std::move(telling));
  if (!progress)
    return progress.error();
  options.application_name = "stentor freeze";
  options.statement_timeout = std::chrono::milliseconds{0}; // a list of millions takes minutes
  auto db = open_store_connection(std::move(options));
  if (!db)
    return db.error();
  return std::unique_ptr<ports::freeze_store>{std::make_unique<freeze_store_on_postgres>(
      std::move(*db), std::move(*progress), phones, zones)};
}

} // namespace stentor::postgres
