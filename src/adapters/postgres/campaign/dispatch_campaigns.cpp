/// dispatch_store: campaigns, their status and their balance.
#include "adapters/postgres/campaign/admin_store_parts.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/dispatch_store.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::postgres {

namespace {

using core::campaign_status;
using core::errc;

std::optional<core::wall_time> time_at(const rows& r, int row, int column) {
  if (r.is_null(row, column))
    return std::nullopt;
  return core::wall_time{std::chrono::milliseconds{r.integer(row, column)}};
}

std::vector<core::number_no> numbers_in(std::string_view list) {
  std::vector<core::number_no> all;
  const auto* at = list.data();
  const auto* const end = at + list.size();
  while (at < end) {
    std::int32_t n = 0;
    at = std::from_chars(at, end, n).ptr + 1; // behind the comma
    all.push_back(core::number_no{n});
  }
  return all;
}

core::result<core::campaign> campaign_at(const rows& r, int i) {
  core::campaign c;
  c.no = static_cast<core::campaign_no>(r.integer(i, 0));
  c.id = r.string(i, 1);
  c.organization = static_cast<core::organization_no>(r.integer(i, 2));
  c.status = core::campaign_status_from(r.text(i, 3)).value_or(campaign_status::failed);
  c.template_name = r.string(i, 4);
  c.template_language = r.string(i, 5);
  c.template_category = r.string(i, 6);
  c.template_components = r.string(i, 7);
  c.template_parameter_format = r.string(i, 8);
  c.template_variables = r.string(i, 9);
  if (!r.is_null(i, 10))
    c.rate_limit_per_minute = static_cast<std::int32_t>(r.integer(i, 10));
  c.retry_failed = r.boolean(i, 11);
  c.retries_max = static_cast<std::int32_t>(r.integer(i, 12));
  c.in_doubt = core::in_doubt_policy_from(r.text(i, 13)).value_or(core::in_doubt_policy::hold);
  if (!r.is_null(i, 14)) {
    std::string problem;
    c.window = window_of(r.string(i, 14), problem);
    if (!problem.empty())
      return core::error{errc::internal, "campaign " + c.id + ": " + problem};
  }
  c.scheduled_for = time_at(r, i, 15);
  c.expires_at = time_at(r, i, 16);
  c.numbers = numbers_in(r.text(i, 17));
  c.recipients_total = static_cast<core::recipient_seq>(r.integer(i, 18));
  c.next_seq = static_cast<core::recipient_seq>(r.integer(i, 19));
  return c;
}

bool ended_early(campaign_status s) {
  return s == campaign_status::cancelled || s == campaign_status::expired ||
         s == campaign_status::failed;
}

} // namespace

core::result<std::vector<core::campaign>> dispatch_store::campaigns(core::campaign_no only,
                                                                    core::wall_time now) {
  if (auto s = db_.ensure(); !s)
    return s.problem();
  auto r = db_.call("dispatch_campaigns",
                    params{}.integer(only).integer(now.time_since_epoch().count()));
  if (!r)
    return r.problem();
  std::vector<core::campaign> all;
  for (int i = 0; i < r->size(); ++i) {
    auto c = campaign_at(*r, i);
    if (!c)
      return c.problem();
    all.push_back(std::move(*c));
  }
  return all;
}

core::result<std::vector<core::campaign>> dispatch_store::runnable(core::wall_time now) {
  if (auto s = db_.ensure(); !s)
    return s.problem();
  if (auto s = done("dispatch_start_due", params{}.integer(now.time_since_epoch().count())); !s)
    return s.problem();
  return campaigns(core::campaign_no{}, now);
}

core::result<core::campaign> dispatch_store::load(core::campaign_no campaign) {
  auto all = campaigns(campaign, {});
  if (!all)
    return all.problem();
  if (all->empty())
    return core::error{errc::not_found, "there is no campaign " + std::to_string(campaign)};
  return std::move(all->front());
}

core::result<dispatch_store::locked_campaign> dispatch_store::lock(core::campaign_no campaign,
                                                                   const char* query) {
  auto r = db_.call(query, params{}.integer(campaign));
  if (!r)
    return r.problem();
  if (r->empty())
    return core::error{errc::not_found, "there is no campaign " + std::to_string(campaign)};
  const row_reader row{*r};
  return locked_campaign{
      .status = core::campaign_status_from(row.text("status")).value_or(campaign_status::failed),
      .next_seq = row.id<core::recipient_seq>("next_seq"),
      .total = row.id<core::recipient_seq>("total_recipients"),
      .screened = row.integer("screened_count"),
      .organization = row.integer("organization_no"),
      .marketing = row.boolean("marketing"),
      .since = row.is_null("since") ? std::nullopt : std::optional{row.string("since")}};
}

core::status dispatch_store::change_status(core::campaign_no campaign, campaign_status to,
                                           const std::string& reason) {
  params p;
  p.integer(campaign).text(core::to_string(to)).text(reason);
  if (auto s = done("dispatch_set_status", std::move(p)); !s)
    return s;
  if (!ended_early(to))
    return core::done{};
  if (auto s = done("dispatch_drop_retries", params{}.integer(campaign)); !s)
    return s;
  return done("dispatch_drop_free_claims", params{}.integer(campaign));
}

core::status dispatch_store::set_status(core::campaign_no campaign, campaign_status to,
                                        const std::string& reason) {
  auto t = begin();
  if (!t)
    return t.problem();
  auto c = lock(campaign);
  if (!c)
    return c.problem();
  if (!core::may_become(c->status, to))
    return core::error{errc::conflict, "a campaign that is " +
                                           std::string{core::to_string(c->status)} +
                                           " cannot become " + std::string{core::to_string(to)}};
  if (auto s = change_status(campaign, to, reason); !s)
    return s;
  return t->commit();
}

core::result<ports::campaign_balance> dispatch_store::balance_as(core::campaign_no campaign,
                                                                 const locked_campaign& c,
                                                                 campaign_status as) {
  auto r = db_.call("dispatch_balance", params{}.integer(campaign));
  if (!r)
    return r.problem();
  ports::campaign_balance b;
  b.total = c.total;
  b.screened = c.screened;
  b.sent = r->integer(0, 0);
  b.failed = r->integer(0, 1);
  b.opted_out = r->integer(0, 2);
  b.expired = r->integer(0, 3);
  b.cancelled = r->integer(0, 4);
  b.held = r->integer(0, 5);
  // A row of the queue can stand there before its event is folded, and the other way round.
  b.in_doubt = std::max(r->integer(0, 6), r->integer(0, 10));
  b.retrying = r->integer(0, 7);
  b.claimed_open = r->integer(0, 8);
  b.unclaimed =
      std::max<std::int64_t>(0, std::int64_t{c.total} - c.next_seq + 1) + r->integer(0, 9);
  if (ended_early(as)) {
    // Nothing is written for those whose turn never came: what no event explains was cut off by the
    // campaign's end.
    const auto rest = b.total - b.screened - b.sent - b.failed - b.opted_out - b.expired -
                      b.cancelled - b.held - b.in_doubt;
    (as == campaign_status::expired ? b.expired : b.cancelled) += std::max<std::int64_t>(0, rest);
  }
  return b;
}

core::result<ports::campaign_balance> dispatch_store::balance(core::campaign_no campaign) {
  if (auto s = db_.ensure(); !s)
    return s.problem();
  // Without the lock: the scan would keep claims and folds waiting.
  auto c = lock(campaign, "dispatch_see_campaign");
  if (!c)
    return c.problem();
  return balance_as(campaign, *c, c->status);
}

core::result<bool> dispatch_store::may_be_over(core::campaign_no campaign) {
  if (auto s = db_.ensure(); !s)
    return s.problem();
  auto r = db_.call("dispatch_may_be_over", params{}.integer(campaign));
  if (!r)
    return r.problem();
  return !r->empty() && r->boolean(0, 0);
}

core::result<bool> dispatch_store::finish(core::campaign_no campaign, campaign_status to) {
  auto t = begin();
  if (!t)
    return t.problem();
  auto c = lock(campaign);
  if (!c)
    return c.problem();
  if (c->status != to && !core::may_become(c->status, to))
    return core::error{errc::conflict, "a campaign that is " +
                                           std::string{core::to_string(c->status)} +
                                           " cannot end as " + std::string{core::to_string(to)}};
  auto b = balance_as(campaign, *c, to);
  if (!b)
    return b.problem();
  if (!b->settled() || b->claimed_open > 0 || b->in_doubt > 0)
    return false;
  if (c->status != to)
    if (auto s = change_status(campaign, to, ""); !s)
      return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  return true;
}

} // namespace stentor::postgres
