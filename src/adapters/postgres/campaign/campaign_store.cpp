#include "adapters/postgres/campaign/campaign_store.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/plan_terms.hpp"

namespace stentor::postgres {

namespace {

using core::campaign_status;

/// What is cheap to know about a campaign's end.
struct openness {
  campaign_status status = campaign_status::draft;
  std::int64_t total = 0;
  std::int64_t screened = 0;
  bool is_open = true;
};

/// Completed says enough, and an operator's cancel came with its own reason.
std::optional<core::sentence> reason_of_end(campaign_status to) {
  if (to != campaign_status::expired)
    return std::nullopt;
  return core::make_sentence("campaign_expired",
                             "Its time to send is over (expiresAt); nobody else gets a message.");
}

core::result<openness> look_at(connection& db, core::campaign_no campaign, campaign_status to) {
  const bool early = core::untouched_in(to) != core::untouched::pending;
  auto r = db.call("campaign_openness", params{}.integer(campaign).boolean(early));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign " + std::to_string(campaign)};
  const row_reader row{*r};
  return openness{
      .status = core::campaign_status_from(row.text("status")).value_or(campaign_status::failed),
      .total = row.integer("total_recipients"),
      .screened = row.integer("screened_count"),
      .is_open = row.boolean("is_open")};
}

} // namespace

core::result<core::campaign_balance> load_balance(connection& db, core::campaign_no campaign,
                                                  campaign_status as) {
  auto c = look_at(db, campaign, as);
  if (!c)
    return c.error();
  auto r = db.call("campaign_states", params{}.integer(campaign));
  if (!r)
    return r.error();
  std::vector<core::state_count> states;
  for (const auto row : each(*r))
    states.push_back({.state = row.text("state"), .count = row.integer("n")});
  return core::balance_of(c->total, c->screened, states, core::untouched_in(as));
}

core::result<std::vector<core::campaign>>
campaign_store_on_postgres::runnable(core::wall_time now) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  campaign_lifecycle lifecycle{*db_};
  if (auto s = lifecycle.start_due(now); !s)
    return s.error();
  if (auto s = lifecycle.resume_usable(); !s)
    return s.error();
  auto r = db_->call("campaigns_runnable", params{}.integer(now.time_since_epoch().count()));
  if (!r)
    return r.error();
  std::vector<core::campaign> all;
  for (const auto row : each(*r))
    all.push_back(campaign_of(row));
  return all;
}

core::status campaign_store_on_postgres::command(core::campaign_no campaign,
                                                 core::campaign_command what,
                                                 const std::optional<core::sentence>& reason,
                                                 const std::optional<ports::audit_entry>& audit,
                                                 core::pause_kind kind) {
  if (auto s = db_->ensure(); !s)
    return s;
  auto t = transaction::begin(*db_);
  if (!t)
    return t.error();
  if (audit) {
    const auto first = write_order(*db_, *audit);
    if (!first)
      return first.error();
    if (!*first)
      return core::error{core::errc::conflict, "this order has been obeyed before"};
  }
  if (auto s = campaign_lifecycle{*db_}.command(campaign, what, reason, kind); !s)
    return s;
  return t->commit();
}

core::result<bool> campaign_store_on_postgres::end(core::campaign_no campaign, campaign_status to) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  auto t = transaction::begin(*db_);
  if (!t)
    return t.error();
  // Without the lock first: this is asked often, and most often something is open.
  auto seen = look_at(*db_, campaign, to);
  if (!seen)
    return seen.error();
  if (seen->status != to && !core::may_become(seen->status, to))
    return core::error{core::errc::conflict,
                       "a campaign that is " + std::string{core::to_string(seen->status)} +
                           " cannot end as " + std::string{core::to_string(to)}};
  if (seen->is_open)
    return false;
  campaign_lifecycle lifecycle{*db_};
  const auto status = lifecycle.lock(campaign);
  if (!status)
    return status.error();
  // Under the lock nothing more is claimed: what is open now counts.
  seen = look_at(*db_, campaign, to);
  if (!seen)
    return seen.error();
  const auto balance = load_balance(*db_, campaign, to);
  if (!balance)
    return balance.error();
  if (seen->is_open || !balance->settled())
    return false;
  if (*status != to)
    if (auto s = lifecycle.become(campaign, to, reason_of_end(to)); !s)
      return s.error();
  if (auto s = t->commit(); !s)
    return s.error();
  return true;
}

core::result<ports::retry_terms>
campaign_store_on_postgres::retry_terms_of(core::campaign_no campaign, core::wall_time now) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  auto r = db_->call("campaign_retry_terms",
                     params{}.integer(campaign).integer(now.time_since_epoch().count()));
  if (!r)
    return r.error();
  if (r->empty())
    return ports::retry_terms{};
  const row_reader row{*r};
  return ports::retry_terms{.retry_failed = row.boolean("retry_failed"),
                            .retries_max = row.id<std::int32_t>("max_retries"),
                            .recovery = recovery_of(row),
                            .media_are_ours = row.boolean("names_media"),
                            .over = row.boolean("is_over")};
}

core::result<core::plan_terms>
campaign_store_on_postgres::plan_terms_of(core::campaign_no campaign) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  auto t = transaction::begin(*db_);
  if (!t)
    return t.error();
  auto terms = load_plan_terms(*db_, campaign);
  if (!terms)
    return terms;
  if (auto s = t->commit(); !s)
    return s.error();
  return terms;
}

core::result<std::vector<core::campaign_no>>
campaign_store_on_postgres::using_template(const std::string& waba_id, const std::string& name,
                                           const std::string& language) {
  if (auto s = db_->ensure(); !s)
    return s.error();
  auto r = db_->call("campaigns_using_template", params{}.text(waba_id).text(name).text(language));
  if (!r)
    return r.error();
  std::vector<core::campaign_no> found;
  for (const auto row : each(*r))
    found.push_back(row.id<core::campaign_no>("no"));
  return found;
}

} // namespace stentor::postgres
