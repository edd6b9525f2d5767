#include "adapters/postgres/campaign/lifecycle.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/campaign/freeze.hpp"
#include "stentor/core/campaign/lateness.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

core::error became_recurring() {
  return {core::errc::conflict,
          "the campaign became a recurring one at this moment: start it again"};
}

using core::campaign_status;

bool is_ended_early(campaign_status s) noexcept {
  return s == campaign_status::cancelled || s == campaign_status::expired ||
         s == campaign_status::failed;
}

/// What a command makes of a campaign.
campaign_status after(core::campaign_command what, core::campaign_kind kind) noexcept {
  const bool recurring = kind == core::campaign_kind::recurring;
  switch (what) {
  case core::campaign_command::pause:
    return campaign_status::paused;
  case core::campaign_command::cancel:
    return campaign_status::cancelled;
  case core::campaign_command::launch:
  case core::campaign_command::resume:
    return recurring ? campaign_status::scheduled : campaign_status::sending;
  }
  return campaign_status::sending;
}

core::sentence reason_of_missing(core::wall_time when, std::string_view lateness) {
  return core::make_sentence(
      "start_missed",
      "It was to start at {at}, and nobody was there to start it within {lateness} of that.",
      {{"at", core::to_text(when)}, {"lateness", std::string{lateness}}});
}

core::sentence reason_of_no_list() {
  return core::make_sentence("expired_undrawn", "Its time to send was over (expiresAt) before its "
                                                "list was drawn; nobody gets a message.");
}

/// The moment that a question is about, and one campaign, or none for all.
params asked_at(core::wall_time now, std::optional<std::int64_t> campaign) {
  return std::move(params{}.integer(now.time_since_epoch().count()).integer(campaign));
}

} // namespace

core::result<campaign_lifecycle::locked> campaign_lifecycle::look(core::campaign_no campaign) {
  auto r = db_->call("lifecycle_lock", params{}.integer(campaign));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign " + std::to_string(campaign)};
  const row_reader row{*r};
  return locked{
      .status = core::campaign_status_from(row.text("status")).value_or(campaign_status::failed),
      .kind = core::campaign_kind_from(row.text("kind")).value_or(core::campaign_kind::once),
      .is_later = row.boolean("is_later"),
      .has_next_run = row.boolean("has_next_run"),
      .list_awaited = row.boolean("list_awaited"),
      .paused_by = core::pause_kind_from(row.text("pause_kind")),
      .tries = row.boolean("tries_late") ? core::late_tries::waiting : core::late_tries::none};
}

core::result<campaign_status> campaign_lifecycle::lock(core::campaign_no campaign) {
  auto c = look(campaign);
  if (!c)
    return c.error();
  return c->status;
}

core::status campaign_lifecycle::change(core::campaign_no campaign, const locked& seen,
                                        campaign_status to,
                                        const std::optional<core::sentence>& reason,
                                        core::pause_kind kind) {
  const bool may = seen.kind == core::campaign_kind::recurring
                       ? core::parent_may_become(seen.status, to)
                       : core::may_become(seen.status, to, seen.tries);
  if (!may)
    return core::error{core::errc::conflict,
                       "a campaign that is " + std::string{core::to_string(seen.status)} +
                           " cannot become " + std::string{core::to_string(to)}};
  if (auto s = write(campaign, to, reason, kind); !s)
    return s;
  if (to != campaign_status::scheduled && to != campaign_status::sending)
    if (auto s = db_->execute("freeze_cancel", params{}.integer(campaign)); !s)
      return s;
  if (!is_ended_early(to))
    return core::ok{};
  if (auto s = db_->execute("lifecycle_drop_retries", params{}.integer(campaign)); !s)
    return s;
  return db_->execute("lifecycle_drop_free_claims", params{}.integer(campaign));
}

core::status campaign_lifecycle::write(core::campaign_no campaign, campaign_status to,
                                       const std::optional<core::sentence>& reason,
                                       core::pause_kind kind) {
  params p;
  p.integer(campaign).text(core::to_string(to)).text(reason ? core::to_json(*reason) : "");
  p.text(core::to_string(kind));
  return db_->execute("lifecycle_set_status", std::move(p));
}

core::status campaign_lifecycle::become(core::campaign_no campaign, campaign_status to,
                                        const std::optional<core::sentence>& reason) {
  const auto c = look(campaign);
  if (!c)
    return c.error();
  // An end is nobody's order: late tries allow none.
  return change(campaign, {.status = c->status, .kind = c->kind}, to, reason);
}

core::result<campaign_lifecycle::locked>
campaign_lifecycle::look_to_launch(core::campaign_no campaign) {
  auto c = look(campaign);
  if (!c)
    return c;
  if (auto s = core::check_command(c->status, core::campaign_command::launch,
                                   core::late_tries::none, c->kind);
      !s)
    return s.error();
  return c;
}

core::result<campaign_status> campaign_lifecycle::launch(core::campaign_no campaign) {
  const auto c = look_to_launch(campaign);
  if (!c)
    return c.error();
  const bool recurring = c->kind == core::campaign_kind::recurring;
  if (recurring && !c->has_next_run)
    return became_recurring();
  const bool waits = recurring || (c->status == campaign_status::draft && c->is_later);
  const auto to = waits ? campaign_status::scheduled : campaign_status::sending;
  if (auto s = change(campaign, *c, to, std::nullopt); !s)
    return s.error();
  return to;
}

core::result<campaign_status> campaign_lifecycle::await_list(core::campaign_no campaign,
                                                             std::string_view actor) {
  const auto c = look_to_launch(campaign);
  if (!c)
    return c.error();
  if (c->kind == core::campaign_kind::recurring)
    return became_recurring(); // each of its runs waits for a list of its own
  const bool at_once = c->status == campaign_status::scheduled;
  if (auto s = at_once ? db_->execute("freeze_at_once", params{}.integer(campaign).boolean(true))
                       : change(campaign, *c, campaign_status::scheduled, std::nullopt);
      !s)
    return s.error();
  if (auto s = queue_freeze(campaign, at_once, actor); !s)
    return s.error();
  return campaign_status::scheduled;
}

core::status campaign_lifecycle::queue_freeze(core::campaign_no campaign, bool at_once,
                                              std::string_view actor) {
  params job;
  job.integer(campaign).boolean(at_once).text(actor).integer(core::freeze_steps);
  return db_->execute("freeze_queue", std::move(job));
}

core::result<campaign_status> campaign_lifecycle::list_drawn(core::campaign_no campaign) {
  const auto c = look(campaign);
  if (!c)
    return c.error();
  if (c->is_later)
    return c->status;
  if (auto s = change(campaign, *c, campaign_status::sending, std::nullopt); !s)
    return s.error();
  return campaign_status::sending;
}

core::status campaign_lifecycle::pause_undrawn(core::campaign_no campaign,
                                               const core::sentence& why) {
  const auto c = look(campaign);
  if (!c)
    return c.error();
  return change(campaign, *c, campaign_status::paused, why, core::pause_kind::audience);
}

core::status campaign_lifecycle::fail_run(core::campaign_no run, core::campaign_no parent,
                                          const core::sentence& why) {
  if (auto s = become(run, campaign_status::failed, why); !s)
    return s;
  return db_->execute("run_tell_parent", params{}.integer(parent).text(core::to_json(why)));
}

/// Nothing was sent, as nobody was on its list.
core::status campaign_lifecycle::resume_undrawn(core::campaign_no campaign, const locked& seen) {
  if (auto s = change(campaign, seen, campaign_status::scheduled, std::nullopt); !s)
    return s;
  if (auto s = db_->execute("freeze_at_once", params{}.integer(campaign).boolean(false)); !s)
    return s;
  return queue_freeze(campaign, true, "");
}

core::status campaign_lifecycle::command(core::campaign_no campaign, core::campaign_command what,
                                         const std::optional<core::sentence>& reason,
                                         core::pause_kind kind) {
  const auto c = look(campaign);
  if (!c)
    return c.error();
  if (auto s = core::check_command(c->status, what, c->tries, c->kind, c->paused_by); !s)
    return s;
  if (what == core::campaign_command::resume)
    if (auto s = db_->execute("gates_let_go_on", params{}.integer(campaign)); !s)
      return s;
  if (what == core::campaign_command::resume && c->list_awaited)
    return resume_undrawn(campaign, *c);
  const auto to = after(what, c->kind);
  if (c->status != to)
    return change(campaign, *c, to, reason, kind);
  if (to == campaign_status::paused && core::holds_over(kind, c->paused_by))
    return write(campaign, to, reason, kind);
  return core::ok{}; // resumed while it sends, or waits for its runs; paused already
}

/// Each under its own lock, in a transaction of its own. A person, or another daemon, may have been
/// quicker: then the step says no, and nothing of it is kept.
core::status campaign_lifecycle::each_locked(const rows& campaigns, const locked_step& step) {
  for (const auto row : each(campaigns)) {
    const auto campaign = row.id<core::campaign_no>("no");
    auto t = transaction::begin(*db_);
    if (!t)
      return t.error();
    const auto c = look(campaign);
    if (!c)
      return c.error();
    const auto done = step(campaign, *c);
    if (!done)
      return done.error();
    if (!*done)
      continue;
    if (auto s = t->commit(); !s)
      return s;
  }
  return core::ok{};
}

core::status campaign_lifecycle::expire_undrawn(core::wall_time now) {
  const auto over = db_->call("lifecycle_undrawn_over", asked_at(now, std::nullopt));
  if (!over)
    return over.error();
  return each_locked(*over, [&](core::campaign_no no, const locked& c) -> core::result<bool> {
    const auto still = db_->call("lifecycle_undrawn_over", asked_at(now, no.value()));
    if (!still)
      return still.error();
    if (still->empty())
      return false;
    if (auto s = change(no, c, campaign_status::expired, reason_of_no_list()); !s)
      return s.error();
    return true;
  });
}

/// What is over is neither started nor missed.
core::status campaign_lifecycle::start_due(core::wall_time now) {
  if (auto s = expire_undrawn(now); !s)
    return s;
  const auto ms = now.time_since_epoch().count();
  if (auto s = db_->execute("lifecycle_start_due", params{}.integer(ms)); !s)
    return s;
  auto late = db_->call("lifecycle_missed", params{}.integer(ms));
  if (!late)
    return late.error();
  return each_locked(
      *late, [&](core::campaign_no no, const locked& c) { return give_up_missed(no, c, now); });
}

core::status campaign_lifecycle::resume_usable() {
  const auto back = db_->call("lifecycle_usable_again");
  if (!back)
    return back.error();
  return each_locked(*back, [&](core::campaign_no no, const locked& c) -> core::result<bool> {
    if (c.status != campaign_status::paused || c.paused_by != core::pause_kind::template_)
      return false;
    if (auto s = change(no, c, campaign_status::sending, std::nullopt); !s)
      return s.error();
    if (auto s = db_->execute("lifecycle_let_go", params{}.integer(no)); !s)
      return s.error();
    return true;
  });
}

/// Waits for a person, or is cancelled, as it wants.
core::result<bool> campaign_lifecycle::give_up_missed(core::campaign_no campaign, const locked& c,
                                                      core::wall_time now) {
  const auto r = db_->call("lifecycle_missed_terms", asked_at(now, campaign.value()));
  if (!r)
    return r.error();
  if (r->empty())
    return false;
  const row_reader row{*r};
  const auto reason =
      reason_of_missing(row.time("scheduled_for").value_or(now), row.text("lateness"));
  const bool skips = core::on_missed_from(row.text("on_missed")) == core::on_missed::skip;
  auto changed =
      skips ? change(campaign, c, campaign_status::cancelled, reason)
            : change(campaign, c, campaign_status::paused, reason, core::pause_kind::missed);
  if (!changed)
    return changed.error();
  return true;
}

} // namespace stentor::postgres
