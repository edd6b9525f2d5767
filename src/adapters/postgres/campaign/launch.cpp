#include "adapters/postgres/campaign/launch.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/audience/audience.hpp"
#include "adapters/postgres/audience/list_parts.hpp"
#include "adapters/postgres/audience/partition.hpp"
#include "adapters/postgres/audience/screening.hpp"
#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/frequency.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/local_start.hpp"
#include "adapters/postgres/campaign/plan_row.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/client/sentence_row.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/campaign/draft.hpp"

#include <algorithm>
#include <utility>

namespace stentor::postgres {

using ports::principal;

namespace {

/// The first of a launch's facts that are counts and flags.
core::status read_list(connection& db, core::launch_facts& facts) {
  auto r = db.call("launch_list", params{}.integer(facts.what.no));
  if (!r)
    return r.error();
  const row_reader row{*r};
  facts.recipients = row.integer("total_recipients");
  facts.screened = row.integer("screened_count");
  facts.screened_by = row.string("screened_by");
  facts.for_marketing = row.boolean("for_marketing");
  facts.list_is_made_at_launch = row.boolean("is_made_at_launch");
  facts.lacks_segment = row.boolean("lacks_segment");
  facts.list_of_nobody = row.boolean("is_of_nobody");
  facts.holds_refusals = row.boolean("holds_refusals");
  facts.has_canary = row.boolean("has_canary");
  const auto policy = load_policy(db, facts.what.organization);
  if (!policy)
    return policy.error();
  facts.canary_proposed_above = policy->canary.proposed_above;
  return core::ok{};
}

core::status read_samples(connection& db, core::launch_facts& facts) {
  constexpr auto most = static_cast<std::int64_t>(core::launch_samples_max);
  auto r = db.call("launch_samples", params{}.integer(facts.what.no).integer(most));
  if (!r)
    return r.error();
  for (const auto row : each(*r))
    facts.samples.push_back(
        {row.string("id"), row.string("recipient"), core::json_text{row.string("variables")}});
  return core::ok{};
}

core::result<core::launch_facts> read_facts(connection& db, const principal& who,
                                            std::string_view id) {
  auto campaign = load_campaign(db, who.organization, id);
  if (!campaign)
    return campaign.error();
  core::launch_facts facts;
  facts.what = std::move(*campaign);
  if (auto s = read_list(db, facts); !s)
    return s.error();
  auto numbers = load_launch_numbers(db, facts.what.no);
  if (!numbers)
    return numbers.error();
  facts.numbers = std::move(*numbers);
  if (auto s = read_samples(db, facts); !s)
    return s.error();
  return facts;
}

core::result<core::wall_time> database_now(connection& db) {
  auto r = db.call("launch_now", {});
  if (!r)
    return r.error();
  return row_reader{*r}.time("now").value_or(core::wall_time{});
}

core::result<core::plan_options> plan_of_campaign(connection& db, core::campaign_no campaign) {
  auto r = db.call("launch_plan", params{}.integer(campaign));
  if (!r)
    return r.error();
  return plan_of(row_reader{*r});
}

/// A statement on the list with a condition on customers.
core::result<std::int64_t> run_with(connection& db, const locked_campaign& c, const char* name,
                                    const audience_sql& whom) {
  constexpr std::string_view condition_place = "{condition}";
  auto statement = campaign_statement(name, c.no);
  statement.replace(statement.find(condition_place), condition_place.size(), whom.condition);
  auto done = db.query(statement, whom.arguments);
  if (!done)
    return done.error();
  return done->affected();
}

/// Before whoever said stop: whom the campaign leaves out is not asked for more.
core::status exclude(connection& db, const locked_campaign& c, const ports::time_zones& zones) {
  if (!c.has_partition)
    return core::ok{};
  const auto whom = exclusions_of(db, c.no, c.organization, zones);
  if (!whom)
    return whom.error();
  if (!*whom)
    return core::ok{};
  if (auto left_out = run_with(db, c, "launch_exclude", **whom); !left_out)
    return left_out.error();
  return core::ok{};
}

/// Makes the list of a campaign for all customers or for a segment, unless it has one. Customers
/// are on it only when they agreed to marketing.
/// @return whether it was made
core::result<bool> fill_from_customers(connection& db, locked_campaign& c,
                                       const ports::time_zones& zones) {
  auto q = db.call("launch_target", params{}.integer(c.no));
  if (!q)
    return q.error();
  const row_reader row{*q};
  const auto target = core::target_type_from(row.text("target_type"));
  const bool of_segment = target == core::target_type::segment;
  if (c.total > 0 || (target != core::target_type::all && !of_segment) ||
      (of_segment && row.boolean("of_nobody")))
    return false;
  const auto whom = audience_of(db, c.no, c.organization, zones);
  if (!whom)
    return whom.error();
  if (auto s = create_partition(db, c); !s)
    return s.error();
  auto filled = run_with(db, c, "launch_fill", *whom);
  if (!filled)
    return filled.error();
  if (auto s = complete_partition(db, c); !s)
    return s.error();
  c.has_partition = true;
  if (auto s = screen_duplicates(db, c, 1); !s)
    return s.error();
  if (auto s = exclude(db, c, zones); !s)
    return s.error();
  if (auto s = screen_people(db, c, 1); !s)
    return s.error();
  import_summary summary{.source = "customers", .report = {}};
  summary.report.rows_read = *filled;
  c.total = static_cast<core::recipient_seq>(*filled);
  if (auto s = record_import(db, c, summary); !s)
    return s.error();
  return true;
}

class campaign_launch_on_postgres final : public ports::campaign_launch {
public:
  campaign_launch_on_postgres(query_pool& queries, const ports::phone_numbers& phones,
                              const ports::time_zones& zones)
      : queries_{queries}, phones_{phones}, zones_{zones} {}

  core::result<core::launch_facts> facts(const principal& who, std::string_view id) override {
    return queries_.in_transaction([&](connection& db) { return read_facts(db, who, id); });
  }

  core::result<ports::launched_campaign> launch(const principal& who, std::string_view id,
                                                const check& obstacles) override {
    auto db = queries_.own_connection("stentor launch");
    if (!db)
      return db.error();
    auto t = transaction::begin(*db);
    if (!t)
      return t.error();
    auto launched = launch_in(*db, who, std::string{id}, obstacles);
    if (!launched || !launched->obstacles.empty())
      return launched; // the list, if one was made, goes with the transaction
    if (auto s = t->commit(); !s)
      return s.error();
    return launched;
  }

private:
  core::result<ports::launched_campaign> launch_in(connection& db, const principal& who,
                                                   const std::string& id, const check& obstacles) {
    auto c = lock_campaign(db, who.organization, id, list_use::fill);
    if (!c)
      return c.error();
    const auto status =
        core::campaign_status_from(c->status).value_or(core::campaign_status::failed);
    if (auto s = core::check_command(status, core::campaign_command::launch); !s)
      return s.error();
    if (auto r = db.call("launch_decide_anew", params{}.integer(c->no)); !r)
      return r.error();
    const auto made = fill_from_customers(db, *c, zones_);
    if (!made)
      return made.error();
    if (auto s = *made ? core::status{core::ok{}} : exclude(db, *c, zones_); !s)
      return s.error();
    if (auto s = screen_again(db, *c); !s)
      return s.error();
    if (auto s = obey_policy(db, *c); !s)
      return s.error();
    auto facts = read_facts(db, who, id);
    if (!facts)
      return facts.error();
    // It was made above, if only of nobody.
    if (std::exchange(facts->list_is_made_at_launch, false))
      facts->list_of_nobody = true;
    if (auto found = obstacles(*facts); !found.empty())
      return ports::launched_campaign{c->no, status, std::move(found)};
    const auto now = campaign_lifecycle{db}.launch(c->no);
    if (!now)
      return now.error();
    const auto detail = R"({"status":")" + std::string{core::to_string(*now)} + R"("})";
    if (auto s = write_audit(db, {who, "campaign.launch", id, detail}); !s)
      return s.error();
    return ports::launched_campaign{c->no, *now, {}};
  }

  /// What the organization lays down: caps, and the hours of each place.
  core::status obey_policy(connection& db, const locked_campaign& c) {
    if (!c.has_partition)
      return core::ok{};
    const auto policy = load_policy(db, c.organization);
    if (!policy)
      return policy.error();
    const auto campaign = load_campaign(db, c.no);
    if (!campaign)
      return campaign.error();
    const auto now = database_now(db);
    if (!now)
      return now.error();
    const auto starts = std::max(campaign->scheduled_for.value_or(*now), *now);
    if (auto s = screen_frequency(db, c, policy->frequency, starts); !s)
      return s;
    if (auto s = skip_past_places(db, c, *policy, zones_); !s)
      return s;
    if (auto r = db.call("launch_count_screened", params{}.integer(c.no)); !r)
      return r.error();
    const auto local = load_local_schedule(db, c.no);
    if (!local)
      return local.error();
    const auto plan = plan_of_campaign(db, c.no);
    if (!plan)
      return plan.error();
    const bool by_place = *local || core::hours_differ(campaign->window, *policy, c.marketing());
    if (auto s = divide_list(
            db, c,
            {.by_place = by_place, .first = core::people_first(plan->canary, policy->canary)});
        !s)
      return s;
    return open_locally(db, c, *policy, zones_);
  }

  core::status screen_again(connection& db, const locked_campaign& c) {
    if (!c.has_partition)
      return core::ok{};
    if (!c.marketing())
      if (auto r = db.call("launch_free_of_marketing", params{}.integer(c.no)); !r)
        return r.error();
    if (auto s = screen_united_states(db, c, 1, phones_); !s)
      return s;
    return screen_people(db, c, 1);
  }

  query_pool& queries_;
  const ports::phone_numbers& phones_;
  const ports::time_zones& zones_;
};

} // namespace

core::result<std::vector<core::launch_number>> load_launch_numbers(connection& db,
                                                                   core::campaign_no campaign) {
  auto r = db.call("launch_numbers", params{}.integer(campaign));
  if (!r)
    return r.error();
  std::vector<core::launch_number> all;
  for (const auto row : each(*r))
    all.push_back({.phone_number_id = row.string("phone_number_id"),
                   .waba_id = row.string("waba_id"),
                   .per_second = row.real("messages_per_second"),
                   .active = row.boolean("active"),
                   .stopped_reason = sentence_of(row, "stopped_sentence"),
                   .template_status = row.string("template_status")});
  return all;
}

std::unique_ptr<ports::campaign_launch> make_campaign_launch(query_pool& queries,
                                                             const ports::phone_numbers& phones,
                                                             const ports::time_zones& zones) {
  return std::make_unique<campaign_launch_on_postgres>(queries, phones, zones);
}

} // namespace stentor::postgres
