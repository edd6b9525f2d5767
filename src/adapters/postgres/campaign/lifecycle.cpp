#include "adapters/postgres/campaign/lifecycle.hpp"

#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

namespace {

using core::campaign_status;

bool is_ended_early(campaign_status s) noexcept {
  return s == campaign_status::cancelled || s == campaign_status::expired ||
         s == campaign_status::failed;
}

/// What a command makes of a campaign.
campaign_status after(core::campaign_command what) noexcept {
  switch (what) {
  case core::campaign_command::pause:
    return campaign_status::paused;
  case core::campaign_command::cancel:
    return campaign_status::cancelled;
  case core::campaign_command::launch:
  case core::campaign_command::resume:
    return campaign_status::sending;
  }
  return campaign_status::sending;
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
      .is_later = row.boolean("is_later"),
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
  if (!core::may_become(seen.status, to, seen.tries))
    return core::error{core::errc::conflict,
                       "a campaign that is " + std::string{core::to_string(seen.status)} +
                           " cannot become " + std::string{core::to_string(to)}};
  params p;
  p.integer(campaign).text(core::to_string(to)).text(reason ? core::to_json(*reason) : "");
  p.text(core::to_string(kind));
  if (auto s = db_->execute("lifecycle_set_status", std::move(p)); !s)
    return s;
  if (!is_ended_early(to))
    return core::ok{};
  if (auto s = db_->execute("lifecycle_drop_retries", params{}.integer(campaign)); !s)
    return s;
  return db_->execute("lifecycle_drop_free_claims", params{}.integer(campaign));
}

core::status campaign_lifecycle::become(core::campaign_no campaign, campaign_status to,
                                        const std::optional<core::sentence>& reason) {
  const auto c = look(campaign);
  if (!c)
    return c.error();
  // An end is nobody's order: late tries allow none.
  return change(campaign, {.status = c->status}, to, reason);
}

core::result<campaign_status> campaign_lifecycle::launch(core::campaign_no campaign) {
  const auto c = look(campaign);
  if (!c)
    return c.error();
  if (auto s = core::check_command(c->status, core::campaign_command::launch); !s)
    return s.error();
  const auto to = c->status == campaign_status::draft && c->is_later ? campaign_status::scheduled
                                                                     : campaign_status::sending;
  if (auto s = change(campaign, *c, to, std::nullopt); !s)
    return s.error();
  return to;
}

core::status campaign_lifecycle::command(core::campaign_no campaign, core::campaign_command what,
                                         const std::optional<core::sentence>& reason,
                                         core::pause_kind kind) {
  const auto c = look(campaign);
  if (!c)
    return c.error();
  if (auto s = core::check_command(c->status, what, c->tries); !s)
    return s;
  if (c->status == after(what)) // resumed while it sends
    return core::ok{};
  return change(campaign, *c, after(what), reason, kind);
}

core::status campaign_lifecycle::start_due(core::wall_time now) {
  return db_->execute("lifecycle_start_due", params{}.integer(now.time_since_epoch().count()));
}

} // namespace stentor::postgres
