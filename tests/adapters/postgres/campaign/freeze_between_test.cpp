/// Whatever comes in between while a list is drawn, there is a whole list or none.
#include "adapters/postgres/cluster/job_store.hpp"
#include "tests/adapters/postgres/support/drawn_lists.hpp"

namespace stentor::postgres::testing {
namespace {

using namespace std::chrono_literals;
using core::campaign_command;
using core::campaign_status;
using core::errc;
using core::wall_time;
using nlohmann::json;
using kind = ports::freeze_end::kind;

class freeze_between : public drawn_lists {
protected:
  std::unique_ptr<ports::job_store> jobs = make_job_store(pool);
};

const wall_time summer_of_2099{std::chrono::seconds{4'084'500'000}};

// -- what comes in between

TEST_F(freeze_between, leaves_nothing_behind_whatever_fails) {
  const auto id = queued(draft());
  base.run(
      "CREATE TABLE fate (step int); CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN IF NEW.done = (SELECT step FROM fate) THEN RAISE EXCEPTION 'fate'; END IF; "
      "RETURN NEW; END $$; CREATE TRIGGER fate BEFORE UPDATE ON job FOR EACH ROW EXECUTE "
      "FUNCTION fail(); INSERT INTO fate VALUES (0)");
  for (int step = 1; step <= 8; ++step) {
    base.run("UPDATE fate SET step = " + std::to_string(step));
    auto mine = open();
    const auto due = taken(*mine);
    EXPECT_FALSE(mine->draw(due, campaign_stores::obstacles_of).ok()) << step;
    expect_untouched(id);
    EXPECT_EQ(job(), "running");
    EXPECT_EQ(shown(id)["status"], "scheduled");
    mine.reset(); // it dies over it
    wait_until_free();
  }
  base.run("DROP TRIGGER fate ON job");
  EXPECT_EQ(drawn().what, kind::drawn) << "the next daemon draws it";
  EXPECT_EQ(people(), 100);
}

TEST_F(freeze_between, leaves_nothing_behind_when_its_end_fails) {
  const auto id = queued(draft());
  for (const std::string table : {"campaign_part", "audit_log", "import"}) {
    base.run("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
             "'fate'; END $$; CREATE TRIGGER fate BEFORE INSERT ON " +
             table + " FOR EACH ROW EXECUTE FUNCTION fail()");
    const auto due = taken(*store);
    EXPECT_FALSE(store->draw(due, campaign_stores::obstacles_of).ok()) << table;
    EXPECT_TRUE(store->release(due).ok());
    base.run("DROP TRIGGER fate ON " + table + "; DROP FUNCTION fail()");
    expect_untouched(id);
  }
  EXPECT_EQ(drawn().what, kind::drawn);
}

TEST_F(freeze_between, is_dropped_at_every_step_of_a_cancelled_campaign) {
  for (int step = 1; step <= 7; ++step) {
    const auto id = queued(draft());
    const auto due = taken(*store);
    base.run(
        "CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.done = " +
        std::to_string(step) +
        " THEN NEW.state := 'cancelled'; END IF; RETURN NEW; END $$; CREATE TRIGGER end_it "
        "BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION end_it()");
    EXPECT_EQ(drawn(*store, due).what, kind::dropped) << step;
    base.run("DROP TRIGGER end_it ON job; DROP FUNCTION end_it()");
    EXPECT_EQ(tables(), 0);
    ASSERT_TRUE(tell(id, campaign_command::cancel).ok());
    EXPECT_EQ(job(), "cancelled");
    EXPECT_EQ(shown(id)["status"], "cancelled");
    EXPECT_TRUE(nothing_due());
  }
}

TEST_F(freeze_between, is_dropped_when_the_campaign_is_cancelled_under_it) {
  const auto id = queued(draft());
  const auto due = taken(*store);
  ASSERT_TRUE(tell(id, campaign_command::cancel).ok());
  EXPECT_EQ(drawn(*store, due).what, kind::dropped);
  EXPECT_EQ(tables(), 0);
  EXPECT_EQ(shown(id)["status"], "cancelled");
}

TEST_F(freeze_between, of_an_older_draft_is_dropped) {
  const auto id = queued(draft());
  const auto older = taken(*store);
  ASSERT_TRUE(take_back(id).ok());
  core::campaign_draft change;
  change.target = core::target_type::segment;
  change.segment = core::json_text{R"({"conditions":[{"field":"n","operator":"lt","value":10}]})"};
  need(campaigns.admin->update(who, id, change));
  EXPECT_EQ(need(campaigns.queue(who, id)).status, campaign_status::scheduled);
  auto other = open();
  const auto newer = taken(*other);
  EXPECT_NE(newer.job, older.job);
  EXPECT_EQ(drawn(*store, older).what, kind::dropped);
  EXPECT_EQ(drawn(*other, newer).what, kind::drawn);
  EXPECT_EQ(shown(id)["totalRecipients"], 10);
  EXPECT_EQ(tables(), 1);
}

TEST_F(freeze_between, is_dropped_with_a_campaign_that_is_deleted) {
  const auto id = queued(draft());
  const auto due = taken(*store);
  ASSERT_TRUE(take_back(id).ok());
  ASSERT_TRUE(campaigns.admin->remove(who, id).ok());
  EXPECT_EQ(drawn(*store, due).what, kind::dropped);
  EXPECT_EQ(tables(), 0);
}

TEST_F(freeze_between, is_one_daemons_until_it_dies) {
  queued(draft());
  auto other = open();
  const auto due = taken(*other);
  EXPECT_TRUE(nothing_due()) << "somebody works on it";
  other.reset();
  wait_until_free();
  const auto again = taken(*store);
  EXPECT_EQ(again.job, due.job);
  EXPECT_EQ(drawn(*store, again).what, kind::drawn);
  EXPECT_TRUE(nothing_due());
}

TEST_F(freeze_between, passes_over_what_has_just_failed) {
  const auto first = queued(draft());
  const auto second = queued(draft());
  const auto due = taken(*store);
  EXPECT_EQ(due.campaign_id, first);
  EXPECT_TRUE(store->release(due).ok());
  const auto next = need(store->take(campaign_stores::now(), {due.job}));
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->campaign_id, second);
}

TEST_F(freeze_between, takes_people_until_it_begins) {
  const auto id = queued(draft());
  need(recipients->add(who, id, {{"+4915199999999", "", "Last", "", {}}}));
  const auto due = taken(*store);
  const auto refused = recipients->add(who, id, {{"+4915199999998", "", "", "", {}}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::conflict);
  EXPECT_NE(refused.error().message.find("is being drawn"), std::string::npos);
  drawn(*store, due);
  EXPECT_EQ(shown(id)["totalRecipients"], 101);
}

TEST_F(freeze_between, waits_for_an_import_that_runs) {
  const auto id = queued(draft());
  auto import = need(recipients->import_csv(who, id, {}));
  EXPECT_TRUE(import->feed("phone\n+4915199999999\n").ok());
  EXPECT_TRUE(nothing_due());
  need(import->finish());
  import.reset();
  drawn();
  EXPECT_EQ(shown(id)["totalRecipients"], 101);
}

TEST_F(freeze_between, of_a_list_that_is_there_takes_nobody_more) {
  auto d = at(summer_of_2099);
  d.plan.emplace(core::plan_options{});
  (*d.plan)->audience_at = core::audience_time::launch;
  const auto id = queued(d);
  drawn();
  const auto refused = recipients->add(who, id, {{"+4915199999998", "", "", "", {}}});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("was drawn already"), std::string::npos);
}

// -- what is taken back

TEST_F(freeze_between, taken_back_drops_what_was_drawn_and_keeps_who_was_picked) {
  auto d = at(summer_of_2099);
  const auto id = campaigns.make(who, d);
  need(recipients->add(
      who, id,
      {{"+4915112345605", "", "Picked", "", {}}, {"+4915199999999", "", "Stranger", "", {}}}));
  need(campaigns.queue(who, id));
  drawn(*store, taken(*store, summer_of_2099));
  EXPECT_EQ(shown(id)["totalRecipients"], 102);
  ASSERT_TRUE(take_back(id).ok());
  const auto c = shown(id);
  EXPECT_EQ(c["status"], "draft");
  EXPECT_EQ(c["totalRecipients"], 2);
  EXPECT_EQ(c["screenedCount"], 0);
  EXPECT_TRUE(c["audienceDrawnAt"].is_null());
  EXPECT_EQ(people(), 2);
  EXPECT_EQ(base.text("SELECT part || ':' || from_seq || '-' || to_seq FROM campaign_part"),
            "1:1-2");
  need(recipients->add(who, id, {{"+4915199999998", "", "", "", {}}}));
  EXPECT_EQ(need(campaigns.launch(who, id)).status, campaign_status::sending);
  EXPECT_EQ(shown(id)["totalRecipients"], 103);
  EXPECT_EQ(shown(id)["screenedCount"], 1);
}

TEST_F(freeze_between, taken_back_before_it_came_leaves_a_draft) {
  const auto id = queued(draft());
  ASSERT_TRUE(take_back(id).ok());
  EXPECT_EQ(shown(id)["status"], "draft");
  EXPECT_EQ(job(), "cancelled");
  EXPECT_TRUE(nothing_due());
  expect_untouched(id);
}

TEST_F(freeze_between, cancelled_as_a_job_leaves_a_draft) {
  const auto id = queued(draft());
  const auto due = taken(*store);
  EXPECT_EQ(json::parse(need(jobs->cancel(who, due.job_id)))["state"], "cancelled");
  EXPECT_EQ(drawn(*store, due).what, kind::dropped);
  EXPECT_EQ(shown(id)["status"], "draft");
  EXPECT_EQ(jobs->cancel(who, due.job_id).error().code, errc::conflict);
}

// -- what stands in the way

TEST_F(freeze_between, of_nobody_pauses_the_campaign_which_goes_on_when_there_is_somebody) {
  const auto id = queued(draft());
  base.run("UPDATE customer SET marketing_opt_in = false");
  const auto due = taken(*store);
  const auto end = drawn(*store, due);
  EXPECT_EQ(end.what, kind::refused);
  ASSERT_EQ(end.obstacles.size(), 1U);
  EXPECT_EQ(end.obstacles[0].code, "no_customers");
  expect_untouched(id);
  ASSERT_TRUE(store->give_up(due, core::make_sentence("list_not_drawn", "Nobody is there.")).ok());
  EXPECT_EQ(job(), "failed list_not_drawn");
  auto c = shown(id);
  EXPECT_EQ(c["status"], "paused");
  EXPECT_EQ(c["pauseKind"], "audience");
  EXPECT_EQ(c["statusReason"]["text"], "Nobody is there.");
  EXPECT_TRUE(nothing_due());
  base.run("UPDATE customer SET marketing_opt_in = true");
  ASSERT_TRUE(tell(id, campaign_command::resume).ok());
  EXPECT_EQ(shown(id)["status"], "scheduled");
  EXPECT_EQ(drawn().status, campaign_status::sending);
}

TEST_F(freeze_between, of_nobody_can_be_taken_back_to_mend_it) {
  const auto id = queued(draft());
  base.run("UPDATE customer SET marketing_opt_in = false");
  const auto due = taken(*store);
  EXPECT_EQ(drawn(*store, due).what, kind::refused);
  ASSERT_TRUE(store->give_up(due, core::make_sentence("list_not_drawn", "Nobody is there.")).ok());
  ASSERT_TRUE(take_back(id).ok());
  EXPECT_EQ(shown(id)["status"], "draft");
  EXPECT_TRUE(shown(id)["pauseKind"].is_null());
}

TEST_F(freeze_between, given_up_after_a_cancel_changes_nothing) {
  const auto id = queued(draft());
  const auto due = taken(*store);
  ASSERT_TRUE(tell(id, campaign_command::cancel).ok());
  ASSERT_TRUE(store->give_up(due, core::make_sentence("list_not_drawn", "Nobody is there.")).ok());
  EXPECT_EQ(shown(id)["status"], "cancelled");
  EXPECT_EQ(job(), "cancelled");
}

TEST_F(freeze_between, that_nobody_draws_before_the_expiry_expires) {
  auto d = at(summer_of_2099);
  d.expires_at.emplace(summer_of_2099 + 1h);
  const auto id = queued(d);
  const auto due = taken(*store, summer_of_2099);
  EXPECT_EQ(due.expires_at, summer_of_2099 + 1h);
  EXPECT_TRUE(store->release(due).ok());
  EXPECT_TRUE(nothing_due(summer_of_2099 + 1h)) << "nobody draws it for nothing";
  EXPECT_EQ(job(), "waiting");
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(summer_of_2099 + 1h - 1ms)).empty());
  EXPECT_EQ(shown(id)["status"], "scheduled");
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(summer_of_2099 + 1h)).empty());
  const auto c = shown(id);
  EXPECT_EQ(c["status"], "expired");
  EXPECT_TRUE(c["pauseKind"].is_null());
  EXPECT_EQ(c["statusReason"]["code"], "expired_undrawn");
  EXPECT_EQ(job(), "cancelled");
  expect_untouched(id);
}

TEST_F(freeze_between, that_is_over_while_it_is_drawn_is_dropped) {
  auto d = draft();
  d.expires_at.emplace(summer_of_2099);
  const auto id = queued(d);
  const auto due = taken(*store);
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(summer_of_2099)).empty());
  EXPECT_EQ(drawn(*store, due).what, kind::dropped);
  EXPECT_EQ(shown(id)["status"], "expired");
  EXPECT_EQ(tables(), 0);
}

TEST_F(freeze_between, whose_start_was_missed_and_that_is_over_expires) {
  auto d = at(summer_of_2099);
  d.expires_at.emplace(summer_of_2099 + 3h);
  const auto id = queued(d);
  EXPECT_TRUE(nothing_due(summer_of_2099 + 4h));
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(summer_of_2099 + 4h)).empty());
  EXPECT_EQ(shown(id)["status"], "expired");
}

TEST_F(freeze_between, that_would_come_hours_late_is_a_missed_start) {
  const auto id = queued(at(summer_of_2099));
  base.run("UPDATE campaign SET scheduled_for = now() - interval '3 h'; UPDATE job SET due_at = "
           "now() - interval '3 h'");
  EXPECT_TRUE(nothing_due());
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(campaign_stores::now())).empty());
  EXPECT_EQ(shown(id)["pauseKind"], "missed");
  EXPECT_EQ(job(), "cancelled");
  ASSERT_TRUE(tell(id, campaign_command::resume).ok());
  EXPECT_EQ(shown(id)["status"], "scheduled") << "it needs its list first";
  EXPECT_EQ(drawn().status, campaign_status::sending);
}

TEST_F(freeze_between, under_way_keeps_a_start_from_being_missed) {
  const auto id = queued(at(summer_of_2099));
  const auto due = taken(*store, summer_of_2099);
  need(housekeeper.campaigns->runnable(summer_of_2099 + 121min));
  EXPECT_EQ(shown(id)["status"], "scheduled");
  EXPECT_EQ(drawn(*store, due).what, kind::drawn);
}

TEST_F(freeze_between, that_was_left_over_hours_ago_is_a_missed_start) {
  const auto id = queued(at(summer_of_2099));
  auto other = open();
  taken(*other, summer_of_2099);
  other.reset();
  wait_until_free();
  EXPECT_TRUE(nothing_due(summer_of_2099 + 121min));
  EXPECT_EQ(job(), "waiting");
  need(housekeeper.campaigns->runnable(summer_of_2099 + 121min));
  EXPECT_EQ(shown(id)["pauseKind"], "missed");
}

} // namespace
} // namespace stentor::postgres::testing
