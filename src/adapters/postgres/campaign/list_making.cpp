#include "adapters/postgres/campaign/list_making.hpp"

#include "adapters/postgres/audience/audience.hpp"
#include "adapters/postgres/audience/list_languages.hpp"
#include "adapters/postgres/audience/screening.hpp"
#include "adapters/postgres/campaign/arbitration.hpp"
#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/frequency.hpp"
#include "adapters/postgres/campaign/local_start.hpp"
#include "adapters/postgres/campaign/plan_row.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace stentor::postgres {

namespace {

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
core::result<rows> ask_with(connection& db, const locked_campaign& c, const char* name,
                            const audience_sql& whom) {
  constexpr std::string_view condition_place = "{condition}";
  auto statement = list_statement(name, c);
  statement.replace(statement.find(condition_place), condition_place.size(), whom.condition);
  return db.query(statement, whom.arguments);
}

/// Before whoever said stop: whom the campaign leaves out is not asked for more.
core::status exclude(connection& db, const locked_campaign& c, const ports::time_zones& zones) {
  const auto whom = exclusions_of(db, c, zones);
  if (!whom)
    return whom.error();
  if (!*whom)
    return core::ok{};
  if (auto left_out = ask_with(db, c, "list_exclude", **whom); !left_out)
    return left_out.error();
  return core::ok{};
}

core::status screen_again(connection& db, const locked_campaign& c, const list_tools& with) {
  if (auto s =
          on_list(db, c, c.marketing() ? "list_closed_to_marketing" : "list_free_of_marketing");
      !s)
    return s;
  if (auto s = screen_united_states(db, c, 1, with.phones); !s)
    return s;
  return screen_people(db, c, 1);
}

/// What the organization lays down, and how many people wish it to be at most.
/// @return campaigns that would give people up to this one
core::result<std::vector<core::campaign_no>>
cap(connection& db, const locked_campaign& c, const core::policy& policy,
    const core::plan_options& plan, const cap_terms& terms, const ports::time_zones& zones) {
  if (auto s = screen_capped(db, c, terms.starts); !s)
    return s.error();
  auto giving = screen_frequency(db, c, terms);
  if (!giving)
    return giving.error();
  if (auto s = skip_past_places(db, c, policy, zones); !s)
    return s.error();
  if (plan.recipients_max)
    if (auto s = screen_over_maximum(db, c, *plan.recipients_max); !s)
      return s.error();
  return giving;
}

/// What a launch needs to know beside the list.
struct launch_terms {
  core::policy policy;
  core::plan_options plan;
  core::campaign campaign;
  cap_terms caps;
};

core::result<launch_terms> load_terms(connection& db, const locked_campaign& c) {
  auto policy = load_policy(db, c.organization);
  if (!policy)
    return policy.error();
  auto campaign = load_campaign(db, c.no);
  if (!campaign)
    return campaign.error();
  auto plan = plan_of_campaign(db, c.no);
  if (!plan)
    return plan.error();
  const auto now = database_now(db);
  if (!now)
    return now.error();
  cap_terms caps{.caps = policy->frequency,
                 .starts = std::max(campaign->scheduled_for.value_or(*now), *now),
                 .waits = plan->on_cap == core::on_cap::wait,
                 .until = campaign->expires_at};
  return launch_terms{std::move(*policy), std::move(*plan), std::move(*campaign), std::move(caps)};
}

} // namespace

core::result<std::int64_t> expected_people(connection& db, const locked_campaign& c,
                                           const ports::time_zones& zones) {
  const auto whom = audience_of(db, c, zones);
  if (!whom)
    return whom.error();
  auto r = ask_with(db, c, "list_expect", *whom);
  if (!r)
    return r.error();
  const auto plan = nlohmann::json::parse(r->text(0, 0), nullptr, false);
  if (!plan.is_array() || plan.empty() || !plan[0].contains("Plan"))
    return core::error{core::errc::internal, "PostgreSQL's plan can't be read"};
  return static_cast<std::int64_t>(plan[0]["Plan"].value("Plan Rows", 0.0)) + c.total;
}

core::result<core::recipient_seq> fill_list(connection& db, locked_campaign& c,
                                            const list_tools& with) {
  const auto whom = audience_of(db, c, with.zones);
  if (!whom)
    return whom.error();
  if (auto s = db.run(list_statement("list_create", c)); !s)
    return s.error();
  core::recipient_seq picked = 0;
  if (c.has_partition) {
    auto added = db.query(list_statement("list_picked", c));
    if (!added)
      return added.error();
    picked = static_cast<core::recipient_seq>(added->affected());
  }
  auto drawn = ask_with(db, c, "list_fill", *whom);
  if (!drawn)
    return drawn.error();
  constexpr std::int64_t most = std::numeric_limits<core::recipient_seq>::max();
  if (drawn->affected() > most - picked)
    return core::error{core::errc::invalid, "a campaign can't have more recipients"};
  c.total = picked + static_cast<core::recipient_seq>(drawn->affected());
  if (auto s = with.stepped(); !s)
    return s.error();
  if (auto s = db.run(list_statement("list_index", c)); !s)
    return s.error();
  if (auto s = with.stepped(); !s)
    return s.error();
  if (auto s = screen_duplicates(db, c, 1); !s)
    return s.error();
  return picked;
}

core::result<core::recipient_seq> draw_people(connection& db, locked_campaign& c,
                                              const list_tools& with) {
  auto picked = fill_list(db, c, with);
  if (!picked)
    return picked.error();
  import_summary summary{.source = "customers",
                         .from_seq = static_cast<core::recipient_seq>(*picked + 1),
                         .report = {}};
  summary.report.rows_read = c.total - *picked;
  if (auto s = record_drawn(db, c, summary); !s)
    return s.error();
  if (auto s = with.stepped(); !s)
    return s.error();
  return picked;
}

core::result<prepared_list> prepare_list(connection& db, const locked_campaign& c,
                                         const list_tools& with) {
  if (!c.has_list())
    return prepared_list{};
  for (const auto* name : {"list_decide_anew", "list_wait_for_nothing"})
    if (auto s = on_list(db, c, name); !s)
      return s.error();
  if (auto s = exclude(db, c, with.zones); !s)
    return s.error();
  if (auto s = with.stepped(); !s)
    return s.error();
  if (auto s = screen_again(db, c, with); !s)
    return s.error();
  if (auto s = decide_languages(db, c); !s)
    return s.error();
  if (auto s = with.stepped(); !s)
    return s.error();
  const auto terms = load_terms(db, c);
  if (!terms)
    return terms.error();
  const auto& [policy, plan, campaign, caps] = *terms;
  const auto asked = cap(db, c, policy, plan, caps, with.zones);
  if (!asked)
    return asked.error();
  auto giving = take_people(db, c, *asked);
  if (!giving)
    return giving.error();
  if (auto s = with.stepped(); !s)
    return s.error();
  const auto local = load_local_schedule(db, c.no);
  if (!local)
    return local.error();
  const bool by_place = *local || core::hours_differ(campaign.window, policy, c.marketing());
  auto order = order_list(db, c,
                          {.by_place = by_place,
                           .first = core::people_first(plan.canary, policy.canary),
                           .by_opening = caps.waits,
                           .starts = caps.starts},
                          with.zones);
  if (!order)
    return order.error();
  if (auto s = with.stepped(); !s)
    return s.error();
  return prepared_list{.order = std::move(*order), .giving = std::move(*giving)};
}

core::status screen_to_count(connection& db, const locked_campaign& c, const list_tools& with) {
  auto terms = load_terms(db, c);
  if (!terms)
    return terms.error();
  if (auto s = exclude(db, c, with.zones); !s)
    return s;
  if (auto s = screen_again(db, c, with); !s)
    return s;
  terms->caps.only_counts = true;
  if (auto done = cap(db, c, terms->policy, terms->plan, terms->caps, with.zones); !done)
    return done.error();
  return core::ok{};
}

core::status write_list(connection& db, const locked_campaign& c, const prepared_list& list,
                        const ports::time_zones& zones) {
  if (!c.has_list())
    return core::ok{};
  if (auto s = db.execute("retraction_forget", params{}.integer(c.no)); !s)
    return s;
  if (auto s = settle_taken(db, c, list.giving); !s)
    return s;
  if (auto r = db.call("launch_count_screened", params{}.integer(c.no)); !r)
    return r.error();
  if (auto s = write_parts(db, c.no, list.order); !s)
    return s;
  const auto policy = load_policy(db, c.organization);
  if (!policy)
    return policy.error();
  return open_locally(db, c, *policy, zones);
}

core::status take_list(connection& db, locked_campaign& c) {
  auto own = c;
  own.list.clear();
  if (c.has_partition) {
    for (const auto& statement : {list_statement("list_empty", own), list_statement("list_move", c),
                                  list_statement("list_index", own)})
      if (auto s = db.run(statement); !s)
        return s;
  } else {
    for (const auto* name : {"list_rename", "list_attach"})
      if (auto s = db.run(list_statement(name, c)); !s)
        return s;
  }
  c = std::move(own);
  c.has_partition = true;
  return db.execute("freeze_drawn",
                    std::move(params{}.integer(c.no).integer(std::int64_t{c.total})));
}

core::status drop_drawn(connection& db, const locked_campaign& c) {
  if (c.has_partition)
    if (auto s = on_list(db, c, "list_wait_for_nothing"); !s)
      return s;
  auto r = db.call("freeze_was_drawn", params{}.integer(c.no));
  if (!r)
    return r.error();
  if (r->empty() || !row_reader{*r}.boolean("drawn"))
    return core::ok{};
  if (c.has_partition)
    if (auto s = db.run(list_statement("list_keep_picked", c)); !s)
      return s;
  for (const auto* name :
       {"freeze_taken_back", "freeze_one_part", "retraction_forget", "launch_count_screened"})
    if (auto s = db.execute(name, params{}.integer(c.no)); !s)
      return s;
  return core::ok{};
}

} // namespace stentor::postgres
