/// Recurring campaigns and lateness against a real server, with time as an argument.

#include "adapters/postgres/campaign/housekeeping.hpp"
#include "adapters/postgres/campaign/run_store.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/campaign/recurrence_text.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::postgres::testing {
namespace {

using namespace std::chrono_literals;
using core::campaign_command;
using core::errc;
using core::wall_time;
using nlohmann::json;
using std::chrono::days;
using std::chrono::year;
using texts = std::vector<std::string>;

/// Thursdays at 10 in Kolkata, 04:30 UTC.
core::recurrence thursdays() {
  core::recurrence rule;
  rule.freq = core::recurrence_freq::weekly;
  rule.by_day = {{4, 0}};
  rule.at = {600};
  rule.time_zone = "Asia/Kolkata";
  rule.from = core::local_day{year{2099} / 12 / 1};
  return rule;
}

const wall_time thursday = core::local_day{year{2099} / 12 / 3} + 4h + 30min;
constexpr days week{7};

class recurring_test : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("INSERT INTO customer (organization_no, phone, marketing_opt_in) VALUES "
             "(1, 4915112345600, true), (1, 4915112345601, true)");
  }

  static core::campaign_draft draft() {
    auto d = campaign_stores::draft();
    d.target = core::target_type::all;
    d.recurrence.emplace(thursdays());
    return d;
  }

  /// A recurring campaign that waits for its runs; its id.
  std::string started(const core::campaign_draft& d) {
    const auto id = stores.make(who, d);
    EXPECT_TRUE(need(stores.recurring->start(who, id)).empty());
    return id;
  }
  std::string started() { return started(draft()); }

  json shown(const std::string& id) { return json::parse(need(stores.admin->get(who, id)).text); }
  std::string next_run(const std::string& id) {
    const auto next = shown(id)["nextRunAt"];
    return next.is_null() ? "none" : next.get<std::string>();
  }
  ports::made_runs make_due(wall_time now) { return need(runs->make_due(now, 100)); }

  /// As the operator says it, in the engine's way.
  core::status tell(const std::string& id, campaign_command what) {
    auto found = need(stores.admin->find(who, id));
    return housekeeper.campaigns->command(found.no, what, {}, {}, {});
  }

  /// "2099-12-03T04:30:00+00:00 draft", the earliest first.
  texts all_runs(const std::string& id) {
    texts found;
    const auto page = json::parse(need(stores.recurring->runs(who, id, {})).text);
    for (const auto& run : page["data"])
      found.insert(found.begin(),
                   run["occurrenceAt"].get<std::string>() + " " + run["status"].get<std::string>());
    return found;
  }

  /// What is wrong with a change, each with its path.
  texts problems_of_update(const std::string& id, const core::campaign_draft& change) {
    texts paths;
    for (const auto& problem : need(stores.admin->update(who, id, change)).problems)
      paths.push_back(problem.path);
    return paths;
  }
  texts problems_of_create(const core::campaign_draft& d) {
    texts paths;
    for (const auto& problem : need(stores.admin->create(who, d)).problems)
      paths.push_back(problem.path);
    return paths;
  }

  campaign_stores stores{base.options(), *phones};
  housekeeping housekeeper = need(open_housekeeping(base.options()));
  std::unique_ptr<ports::run_store> runs = need(open_run_store(base.options(), *stores.zones));
};

// -- drafts

TEST_F(recurring_test, a_draft_is_shown_as_it_was_written) {
  auto d = draft();
  d.lateness.emplace(90min);
  d.on_missed.emplace(core::on_missed::run_latest);
  d.overlap.emplace(core::run_overlap::allow);
  const auto c = shown(stores.make(who, d));
  EXPECT_EQ(c["kind"], "recurring");
  EXPECT_EQ(c["recurrence"], json::parse(core::to_json(thursdays())));
  EXPECT_EQ(c["lateness"], "90m");
  EXPECT_EQ(c["onMissed"], "run_latest");
  EXPECT_EQ(c["overlap"], "allow");
  EXPECT_TRUE(c["nextRunAt"].is_null());
  EXPECT_TRUE(c["parentId"].is_null());
}

TEST_F(recurring_test, what_a_draft_leaves_out_has_the_default_of_its_kind) {
  const auto recurring = shown(stores.make(who, draft()));
  EXPECT_EQ(recurring["lateness"], "1h");
  EXPECT_EQ(recurring["onMissed"], "skip");
  EXPECT_EQ(recurring["overlap"], "skip");
  const auto once = shown(stores.make(who, campaign_stores::draft()));
  EXPECT_EQ(once["kind"], "once");
  EXPECT_EQ(once["lateness"], "2h");
  EXPECT_EQ(once["onMissed"], "pause");
  EXPECT_TRUE(once["overlap"].is_null());
}

TEST_F(recurring_test, a_rule_without_a_first_day_begins_today) {
  auto d = draft();
  (*d.recurrence)->from.reset();
  const auto today = base.text("SELECT (now() AT TIME ZONE 'Asia/Kolkata')::date");
  const auto from = shown(stores.make(who, d))["recurrence"]["from"].get<std::string>();
  EXPECT_TRUE(from == today ||
              base.text("SELECT (now() AT TIME ZONE 'Asia/Kolkata')::date") == from);
}

TEST_F(recurring_test, what_does_not_fit_together_is_told_with_its_path) {
  auto d = draft();
  d.scheduled_for.emplace(thursday);
  d.expires_at.emplace(thursday);
  d.target = core::target_type::imported;
  d.on_missed.emplace(core::on_missed::pause);
  EXPECT_EQ(problems_of_create(d), (texts{"scheduledFor", "expiresAt", "targetType", "onMissed"}));
  auto once = campaign_stores::draft();
  once.on_missed.emplace(core::on_missed::run_latest);
  once.overlap.emplace(core::run_overlap::allow);
  once.lateness.emplace(59s);
  EXPECT_EQ(problems_of_create(once), (texts{"lateness"}));
  once.lateness.reset();
  EXPECT_EQ(problems_of_create(once), (texts{"onMissed", "overlap"}));
  auto nowhere = draft();
  (*nowhere.recurrence)->time_zone = "Europe/Atlantis";
  EXPECT_EQ(problems_of_create(nowhere), (texts{"recurrence.timeZone"}));
  auto never = draft();
  (*never.recurrence)->count = 1;
  (*never.recurrence)->except = {core::local_day{year{2099} / 12 / 3}};
  EXPECT_EQ(problems_of_create(never), (texts{"recurrence"}));
  auto over = draft();
  (*over.recurrence)->from.reset();
  (*over.recurrence)->until = core::local_day{year{2001} / 1 / 1};
  EXPECT_EQ(problems_of_create(over), (texts{"recurrence.until"}));
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign"), 0);
}

TEST_F(recurring_test, a_change_is_held_against_what_the_draft_says_already) {
  const auto id = stores.make(who, draft());
  core::campaign_draft change;
  change.target = core::target_type::manual;
  EXPECT_EQ(problems_of_update(id, change), texts{"targetType"});
  change = {};
  change.scheduled_for.emplace(thursday);
  EXPECT_EQ(problems_of_update(id, change), texts{"scheduledFor"});
  change.recurrence.emplace();
  EXPECT_TRUE(problems_of_update(id, change).empty()) << "then it is sent once";
  EXPECT_EQ(shown(id)["kind"], "once");
  EXPECT_EQ(shown(id)["recurrence"], nullptr);
}

TEST_F(recurring_test, has_no_list_of_its_own) {
  const auto id = stores.make(who, draft());
  const auto added = recipients->add(who, id, people(1));
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, errc::conflict);
  auto with_people = campaign_stores::draft();
  with_people.target = core::target_type::all;
  const auto listed = stores.make(who, with_people);
  ASSERT_TRUE(recipients->add(who, listed, people(1)).ok());
  core::campaign_draft change;
  change.recurrence.emplace(thursdays());
  EXPECT_EQ(problems_of_update(listed, change), texts{"recurrence"});
}

// -- runs

TEST_F(recurring_test, a_run_is_a_copy_of_the_draft) {
  auto d = draft();
  d.description = "Deals";
  d.rate_limit_per_minute = 600;
  d.tags = texts{"deals"};
  const auto id = started(d);
  EXPECT_EQ(shown(id)["status"], "scheduled");
  EXPECT_EQ(next_run(id), "2099-12-03T04:30:00+00:00");
  EXPECT_EQ(make_due(thursday - 60s - 1ms).made, 0U);
  EXPECT_EQ(make_due(thursday - 60s).made, 1U) << "its list is to be there by then";
  EXPECT_EQ(next_run(id), "2099-12-10T04:30:00+00:00");
  const auto page = json::parse(need(stores.recurring->runs(who, id, {})).text);
  ASSERT_EQ(page["total"], 1);
  const auto run = page["data"][0];
  EXPECT_EQ(run["name"], "Spring 2099-12-03 10:00");
  EXPECT_EQ(run["parentId"], id);
  EXPECT_EQ(run["occurrenceAt"], "2099-12-03T04:30:00+00:00");
  EXPECT_EQ(run["scheduledFor"], "2099-12-03T04:30:00+00:00");
  EXPECT_EQ(run["kind"], "once");
  for (const auto* none : {"recurrence", "nextRunAt", "overlap", "startedAt", "statusReason"})
    EXPECT_TRUE(run[none].is_null()) << none;
  const auto parent = shown(id);
  for (const auto* same : {"description", "templateName", "templateLanguage", "targetType",
                           "rateLimit", "tags", "createdBy", "organizationId", "maxRetries"})
    EXPECT_EQ(run[same], parent[same]) << same;
  EXPECT_EQ(
      base.text("SELECT actor || ' ' || subject FROM audit_log WHERE action = 'campaign.run'"),
      "scheduler " + run["id"].get<std::string>());
}

TEST_F(recurring_test, a_run_is_launched_as_any_campaign_is) {
  const auto id = started();
  make_due(thursday);
  const auto waiting = need(runs->waiting(thursday, 10));
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].parent_id, id);
  EXPECT_EQ(waiting[0].at, thursday);
  base.run("UPDATE campaign SET scheduled_for = now() WHERE parent_no IS NOT NULL");
  const ports::principal scheduler{waiting[0].organization, "", "scheduler", ""};
  EXPECT_TRUE(need(stores.launch(scheduler, waiting[0].id)).obstacles.empty());
  EXPECT_EQ(all_runs(id), texts{"2099-12-03T04:30:00+00:00 sending"});
  EXPECT_EQ(base.number("SELECT total_recipients FROM campaign WHERE parent_no IS NOT NULL"), 2);
  EXPECT_TRUE(need(runs->waiting(thursday, 10)).empty());
}

TEST_F(recurring_test, a_run_that_cannot_start_fails_and_the_parent_goes_on) {
  const auto id = started();
  make_due(thursday);
  const auto run = need(runs->waiting(thursday, 10)).at(0);
  const auto why = core::make_sentence("run_refused", "The template is paused.");
  ASSERT_TRUE(runs->refuse(run, why).ok());
  EXPECT_EQ(all_runs(id), texts{"2099-12-03T04:30:00+00:00 failed"});
  EXPECT_EQ(shown(run.id)["statusReason"]["text"], "The template is paused.");
  EXPECT_EQ(shown(id)["statusReason"]["text"], "The template is paused.");
  EXPECT_EQ(shown(id)["status"], "scheduled");
  EXPECT_TRUE(runs->refuse(run, why).ok()) << "once more does nothing";
  EXPECT_EQ(make_due(thursday + week).made, 1U);
  EXPECT_TRUE(shown(id)["statusReason"].is_null());
}

TEST_F(recurring_test, ends_after_its_last_run) {
  auto d = draft();
  d.overlap.emplace(core::run_overlap::allow);
  (*d.recurrence)->count = 2;
  const auto id = started(d);
  make_due(thursday);
  EXPECT_EQ(shown(id)["status"], "scheduled");
  make_due(thursday + week);
  EXPECT_EQ(shown(id)["status"], "completed");
  EXPECT_EQ(next_run(id), "none");
  EXPECT_EQ(all_runs(id).size(), 2U);
}

TEST_F(recurring_test, a_run_waits_for_nobody_where_overlaps_are_allowed) {
  auto d = draft();
  d.overlap.emplace(core::run_overlap::allow);
  const auto allowed = started(d);
  const auto skipping = started();
  make_due(thursday);
  const auto next = make_due(thursday + week);
  EXPECT_EQ(all_runs(allowed).size(), 2U);
  EXPECT_EQ(all_runs(skipping).size(), 1U);
  ASSERT_EQ(next.notes.size(), 1U);
  EXPECT_EQ(next.notes[0].parent_id, skipping);
  EXPECT_EQ(next.notes[0].what.code, "run_overlaps");
  EXPECT_EQ(shown(skipping)["statusReason"]["text"],
            "Its run of 2099-12-10 10:00 was left out: the one before still runs.");
  base.run("UPDATE campaign SET status = 'completed' WHERE parent_no IS NOT NULL");
  make_due(thursday + 2 * week);
  EXPECT_EQ(all_runs(skipping).size(), 2U);
}

// -- missed runs

TEST_F(recurring_test, runs_that_were_missed_are_left_out) {
  const auto id = started();
  const auto made = make_due(thursday + 2 * week + 61min);
  EXPECT_EQ(made.made, 0U);
  ASSERT_EQ(made.notes.size(), 1U);
  EXPECT_EQ(made.notes[0].what.text,
            "Its runs from 2099-12-03 10:00 to 2099-12-17 10:00 were missed: nobody was there to "
            "start them in time.");
  EXPECT_EQ(next_run(id), "2099-12-24T04:30:00+00:00");
  EXPECT_EQ(make_due(thursday + 3 * week + 60min).made, 1U) << "an hour late is in time";
}

TEST_F(recurring_test, the_latest_of_missed_runs_is_made_where_that_is_wanted) {
  auto d = draft();
  d.on_missed.emplace(core::on_missed::run_latest);
  const auto id = started(d);
  EXPECT_EQ(make_due(thursday + 2 * week + 3h).made, 1U);
  EXPECT_EQ(all_runs(id), texts{"2099-12-17T04:30:00+00:00 draft"});
  EXPECT_EQ(next_run(id), "2099-12-24T04:30:00+00:00");
}

TEST_F(recurring_test, a_pause_keeps_runs_away_and_a_resume_goes_on) {
  auto d = draft();
  (*d.recurrence)->count = 3;
  const auto id = started(d);
  ASSERT_TRUE(tell(id, campaign_command::pause).ok());
  EXPECT_EQ(make_due(thursday + 1min).made, 0U);
  ASSERT_TRUE(tell(id, campaign_command::resume).ok());
  ASSERT_TRUE(tell(id, campaign_command::resume).ok()) << "once more is no mistake";
  EXPECT_EQ(shown(id)["status"], "scheduled");
  EXPECT_EQ(make_due(thursday + 1min).made, 1U);
  ASSERT_TRUE(tell(id, campaign_command::pause).ok());
  ASSERT_TRUE(tell(id, campaign_command::resume).ok());
  make_due(thursday + 100 * week); // its end was reached meanwhile
  EXPECT_EQ(shown(id)["status"], "completed");
  EXPECT_EQ(all_runs(id).size(), 1U);
  EXPECT_EQ(tell(id, campaign_command::resume).error().code, errc::conflict);
}

TEST_F(recurring_test, a_cancel_ends_it) {
  const auto id = started();
  EXPECT_EQ(stores.admin->remove(who, id).error().code, errc::conflict);
  make_due(thursday);
  ASSERT_TRUE(tell(id, campaign_command::cancel).ok());
  EXPECT_EQ(make_due(thursday + week).made, 0U);
  EXPECT_EQ(all_runs(id).size(), 1U);
  ASSERT_TRUE(stores.admin->remove(who, id).ok());
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign WHERE parent_no IS NULL"), 1)
      << "what was run stays, and is nobody's";
}

// -- changes between two runs

TEST_F(recurring_test, a_change_is_for_further_runs) {
  const auto id = started();
  make_due(thursday);
  core::campaign_draft change;
  change.template_name = "receipt";
  ASSERT_TRUE(problems_of_update(id, change).empty());
  EXPECT_EQ(next_run(id), "2099-12-10T04:30:00+00:00");
  auto fridays = thursdays();
  fridays.by_day = {{5, 0}};
  fridays.from.reset(); // stays what it was
  change = {};
  change.recurrence.emplace(fridays);
  ASSERT_TRUE(problems_of_update(id, change).empty());
  EXPECT_EQ(next_run(id), "2099-12-04T04:30:00+00:00") << "of today's clock, years before";
  base.run("UPDATE campaign SET status = 'completed' WHERE parent_no IS NOT NULL");
  make_due(thursday + 24h);
  EXPECT_EQ(base.text("SELECT string_agg(template_name, ' ' ORDER BY occurrence_at) FROM campaign "
                      "WHERE parent_no IS NOT NULL"),
            "offer receipt");
}

TEST_F(recurring_test, takes_no_change_that_ends_it) {
  const auto id = started();
  core::campaign_draft change;
  change.recurrence.emplace();
  EXPECT_EQ(problems_of_update(id, change), texts{"recurrence"});
  auto over = thursdays();
  over.from = core::local_day{year{2001} / 1 / 1};
  over.count = 3;
  change.recurrence.emplace(over);
  EXPECT_EQ(problems_of_update(id, change), texts{"recurrence"});
  change = {};
  change.scheduled_for.emplace();
  EXPECT_TRUE(problems_of_update(id, change).empty()) << "there is no time to be taken away";
  EXPECT_EQ(shown(id)["status"], "scheduled");
  EXPECT_EQ(need(stores.launches->facts(who, id)).what.status, core::campaign_status::scheduled);
  EXPECT_EQ(stores.recurring->start(who, id).error().code, errc::conflict);
  EXPECT_EQ(stores.recurring->start(stranger, id).error().code, errc::not_found);
  EXPECT_EQ(stores.recurring->runs(stranger, id, {}).error().code, errc::not_found);
}

TEST_F(recurring_test, is_not_changed_while_a_run_starts) {
  const auto id = started();
  base.run("UPDATE campaign SET next_run_at = now()");
  core::campaign_draft change;
  change.recurrence.emplace(thursdays());
  EXPECT_TRUE(problems_of_update(id, change).empty()) << "it is the same rule";
  (*change.recurrence)->at = {601};
  EXPECT_EQ(stores.admin->update(who, id, change).error().code, errc::conflict);
  base.run("UPDATE campaign SET next_run_at = now() - interval '2 hours'"); // missed
  EXPECT_TRUE(problems_of_update(id, change).empty());
}

TEST_F(recurring_test, does_not_start_without_a_run_to_come) {
  auto d = draft();
  (*d.recurrence)->from = core::local_day{year{2001} / 1 / 1};
  (*d.recurrence)->count = 3;
  const auto id = stores.make(who, d);
  const auto obstacles = need(stores.recurring->start(who, id));
  ASSERT_EQ(obstacles.size(), 1U);
  EXPECT_EQ(obstacles[0].code, "no_run_to_come");
  EXPECT_EQ(shown(id)["status"], "draft");
}

TEST_F(recurring_test, is_no_campaign_that_sends) {
  const auto id = stores.make(who, draft());
  EXPECT_EQ(stores.launch(who, id).error().code, errc::conflict)
      << "a launch that met a change to a recurring one";
  EXPECT_EQ(shown(id)["status"], "draft");
  started();
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(thursday + 10 * week)).empty());
}

TEST_F(recurring_test, whose_rule_cannot_be_used_any_more_waits_for_a_person) {
  const auto id = started();
  base.run(R"(UPDATE campaign SET recurrence = recurrence || '{"timeZone": "Europe/Atlantis"}')");
  const auto made = make_due(thursday);
  ASSERT_EQ(made.notes.size(), 1U);
  EXPECT_EQ(made.notes[0].what.code, "recurrence_unusable");
  EXPECT_TRUE(made.notes[0].paused);
  EXPECT_EQ(shown(id)["status"], "paused");
  EXPECT_FALSE(make_due(thursday).more);
}

// -- clocks

TEST_F(recurring_test, a_clock_that_was_ahead_costs_no_run) {
  const auto id = started();
  make_due(thursday + 5 * week);
  EXPECT_EQ(next_run(id), "2100-01-14T04:30:00+00:00");
  make_due(thursday - 1h); // it was set right
  EXPECT_EQ(next_run(id), "2099-12-03T04:30:00+00:00");
  base.run("UPDATE campaign SET status = 'completed' WHERE parent_no IS NOT NULL");
  for (int i = 0; i <= 5; ++i) {
    make_due(thursday + i * week);
    base.run("UPDATE campaign SET status = 'completed' WHERE parent_no IS NOT NULL");
  }
  EXPECT_EQ(all_runs(id).size(), 6U) << "the one of the wrong clock stays the only one of its time";
}

// -- campaigns that are sent once
void draw_at_once(core::campaign_draft& d) {
  core::plan_options plan;
  plan.audience_at = core::audience_time::launch;
  d.plan.emplace(plan);
}

TEST_F(recurring_test, a_campaign_that_is_too_late_waits_for_a_person) {
  const auto make = [&](std::optional<core::on_missed> policy) {
    auto d = campaign_stores::draft();
    d.target = core::target_type::all;
    draw_at_once(d);
    d.scheduled_for.emplace(thursday);
    if (policy)
      d.on_missed.emplace(*policy);
    const auto id = stores.make(who, d);
    EXPECT_TRUE(need(stores.launch(who, id)).obstacles.empty());
    EXPECT_EQ(shown(id)["status"], "scheduled");
    return id;
  };
  const auto pauses = make(std::nullopt);
  const auto sends = make(core::on_missed::send);
  const auto skips = make(core::on_missed::skip);
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(thursday - 1ms)).empty());
  EXPECT_EQ(need(housekeeper.campaigns->runnable(thursday + 2h + 1ms)).size(), 1U);
  EXPECT_EQ(shown(sends)["status"], "sending");
  const auto paused = shown(pauses);
  EXPECT_EQ(paused["status"], "paused");
  EXPECT_EQ(paused["pauseKind"], "missed");
  EXPECT_EQ(paused["statusReason"]["text"],
            "It was to start at 2099-12-03T04:30:00+00:00, and nobody was there to start it within "
            "2h of that.");
  EXPECT_EQ(shown(skips)["status"], "cancelled");
  EXPECT_EQ(shown(skips)["statusReason"]["code"], "start_missed");
  ASSERT_TRUE(tell(pauses, campaign_command::resume).ok());
  EXPECT_EQ(need(housekeeper.campaigns->runnable(thursday + 3h)).size(), 2U);
}

TEST_F(recurring_test, a_campaign_that_is_late_but_not_too_late_starts) {
  auto d = campaign_stores::draft();
  d.target = core::target_type::all;
  draw_at_once(d);
  d.scheduled_for.emplace(thursday);
  const auto id = stores.make(who, d);
  ASSERT_TRUE(need(stores.launch(who, id)).obstacles.empty());
  EXPECT_EQ(need(housekeeper.campaigns->runnable(thursday + 2h)).size(), 1U);
}
} // namespace
} // namespace stentor::postgres::testing
