/// Lists that are drawn by a job when their campaigns start: when, and who is on them.
#include "adapters/postgres/campaign/run_store.hpp"
#include "stentor/core/campaign/recurrence_text.hpp"
#include "tests/adapters/postgres/support/drawn_lists.hpp"

namespace stentor::postgres::testing {
namespace {

using namespace std::chrono_literals;
using core::campaign_status;
using core::wall_time;
using kind = ports::freeze_end::kind;

class freeze : public drawn_lists {};

const wall_time in_2099{std::chrono::seconds{4'084'500'000}};

TEST_F(freeze, happens_behind_the_click) {
  const auto id = queued(draft());
  auto c = shown(id);
  EXPECT_EQ(c["phase"], "freezing");
  EXPECT_EQ(c["job"]["state"], "waiting");
  EXPECT_EQ(c["job"]["actor"], "token test (1)");
  expect_untouched(id);
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(campaign_stores::now())).empty());

  const auto end = drawn();
  EXPECT_EQ(end.what, kind::drawn);
  EXPECT_EQ(end.status, campaign_status::sending);
  EXPECT_EQ(end.people, 100);
  c = shown(id);
  EXPECT_EQ(c["status"], "sending");
  EXPECT_TRUE(c["phase"].is_null());
  EXPECT_TRUE(c["job"].is_null());
  EXPECT_EQ(c["totalRecipients"], 100);
  EXPECT_EQ(job(), "done");
  EXPECT_EQ(base.text("SELECT result ->> 'people' || ' of ' || total || ' ' || done FROM job"),
            "100 of 8 8");
  EXPECT_EQ(base.text("SELECT actor FROM audit_log WHERE action = 'campaign.freeze'"), "scheduler");
  EXPECT_EQ(people(), 100);
  EXPECT_EQ(base.number("SELECT sum(to_seq - from_seq + 1) FROM campaign_part"), 100);
  EXPECT_EQ(base.number("SELECT plannable_count FROM campaign"), 100);
  EXPECT_EQ(tables(), 1);
  EXPECT_TRUE(nothing_due());
}

TEST_F(freeze, comes_a_minute_ahead_and_nothing_starts_before_it) {
  const auto id = queued(at(in_2099));
  EXPECT_TRUE(shown(id)["phase"].is_null());
  EXPECT_TRUE(nothing_due(in_2099 - 61s));
  ASSERT_TRUE(need(housekeeper.campaigns->runnable(in_2099 + 1s)).empty()) << "without a list";
  const auto due = taken(*store, in_2099 - 60s);
  EXPECT_EQ(shown(id)["phase"], "freezing");
  const auto end = drawn(*store, due);
  EXPECT_EQ(end.status, campaign_status::scheduled);
  EXPECT_EQ(shown(id)["status"], "scheduled");
  EXPECT_TRUE(need(housekeeper.campaigns->runnable(in_2099 - 1s)).empty());
  EXPECT_EQ(need(housekeeper.campaigns->runnable(in_2099)).size(), 1U);
}

TEST_F(freeze, comes_with_the_launch_where_that_is_wished) {
  auto d = at(in_2099);
  d.plan.emplace(core::plan_options{});
  (*d.plan)->audience_at = core::audience_time::launch;
  const auto id = queued(d);
  EXPECT_EQ(drawn().status, campaign_status::scheduled);
  EXPECT_EQ(shown(id)["totalRecipients"], 100);
}

TEST_F(freeze, is_wanted_now_when_somebody_starts_it_ahead_of_its_time) {
  const auto id = queued(at(in_2099));
  EXPECT_EQ(need(campaigns.queue(who, id)).status, campaign_status::scheduled);
  EXPECT_EQ(base.number("SELECT count(*) FROM job"), 1);
  EXPECT_EQ(drawn().status, campaign_status::sending);
}

TEST_F(freeze, waits_for_the_zone_that_is_the_farthest_ahead) {
  auto d = draft();
  d.scheduled_local.emplace(
      core::local_time{core::local_day{std::chrono::year{2099} / 6 / 10}, 600});
  const auto id = queued(d);
  EXPECT_EQ(base.text("SELECT due_at AT TIME ZONE 'UTC' FROM job"), "2099-06-09 19:59:00");
  const auto due = taken(*store, in_2099 + 400 * 24h);
  EXPECT_EQ(drawn(*store, due).status, campaign_status::scheduled);
  EXPECT_EQ(shown(id)["scheduledFor"], "2099-06-10T10:00:00+00:00")
      << "nobody's place is known: the clocks of the organization";
}

// -- who is on it

TEST_F(freeze, unites_whom_somebody_picked_with_the_customers) {
  const auto id = campaigns.make(who, draft());
  need(recipients->add(who, id,
                       {{"+4915112345605", "", "Picked", R"({"n":"picked"})", {}},
                        {"+4915199999999", "", "Stranger", "", {}}}));
  const auto facts = need(campaigns.launches->facts(who, id));
  EXPECT_TRUE(facts.list_is_made_at_launch);
  EXPECT_EQ(facts.recipients, 2);
  EXPECT_EQ(need(campaigns.launch(who, id)).status, campaign_status::sending);
  EXPECT_EQ(shown(id)["totalRecipients"], 102);
  EXPECT_EQ(shown(id)["screenedCount"], 1) << "each of them once";
  EXPECT_EQ(base.text("SELECT variables::jsonb ->> 'n' FROM campaign_recipient WHERE phone = "
                      "4915112345605 AND screen = 0"),
            "picked");
  EXPECT_EQ(tables(), 1);
  EXPECT_EQ(base.number("SELECT max(seq) FROM campaign_recipient"), 102);
  EXPECT_EQ(base.number("SELECT count(*) FROM pg_index WHERE indrelid = "
                        "'campaign_recipient_1'::regclass"),
            4);
}

TEST_F(freeze, keeps_to_a_maximum_and_chooses_the_same_again) {
  const auto id = queued(with_most(20));
  drawn();
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient WHERE screen = 0"), 20);
  EXPECT_EQ(shown(id)["screenedCount"], 80);
  EXPECT_EQ(base.text("SELECT screened ->> '12' FROM campaign"), "80");
  const auto chosen =
      "SELECT string_agg(phone::text, ' ' ORDER BY phone) FROM campaign_recipient WHERE screen = 0";
  EXPECT_EQ(base.text(chosen),
            base.text("SELECT string_agg(phone::text, ' ' ORDER BY phone) FROM (SELECT phone FROM "
                      "campaign_recipient, campaign ORDER BY person_mix(person_key(phone, NULL), "
                      "salt) LIMIT 20) t"));
}

TEST_F(freeze, leaves_a_maximum_that_is_not_reached) {
  queued(with_most(100));
  drawn();
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient WHERE screen = 0"), 100);
}

TEST_F(freeze, sees_customers_as_they_are_then) {
  const auto id = queued(draft());
  base.run("UPDATE customer SET marketing_opt_in = false WHERE phone >= 4915112345650; INSERT INTO "
           "suppression (organization_no, phone, reason, stopped_at) VALUES (1, 4915112345600, "
           "'stop_word', now())");
  drawn();
  EXPECT_EQ(shown(id)["totalRecipients"], 50);
  EXPECT_EQ(shown(id)["screenedCount"], 1);
}

TEST_F(freeze, of_no_marketing_asks_nobody_for_consent) {
  base.run("UPDATE customer SET marketing_opt_in = false WHERE phone >= 4915112345650; INSERT INTO "
           "suppression (organization_no, phone, reason, stopped_at) VALUES (1, 4915112345699, "
           "'stop_word', now())");
  auto d = draft();
  d.template_name = "receipt";
  const auto id = queued(d);
  drawn();
  EXPECT_EQ(shown(id)["totalRecipients"], 100);
  EXPECT_EQ(base.text("SELECT screened::text FROM campaign"), R"({"4": 1})") << "a stop holds";

  d.target = core::target_type::segment;
  d.segment = core::json_text{R"({"conditions":[{"field":"n","operator":"gte","value":45}]})"};
  const auto other = queued(d);
  drawn();
  EXPECT_EQ(shown(other)["totalRecipients"], 55);
}

TEST_F(freeze, goes_by_the_category_of_its_moment) {
  base.run("UPDATE customer SET marketing_opt_in = false WHERE phone >= 4915112345650");
  const std::vector<ports::contact_input> refuser{{"+4915112345690", "", "", "", {}}};
  const auto total = [&](const std::string& drafted, const std::string& then) {
    base.run("UPDATE template SET category = '" + drafted + "' WHERE name = 'receipt'");
    auto d = draft();
    d.template_name = "receipt";
    const auto id = campaigns.make(who, d);
    need(recipients->add(who, id, refuser));
    need(campaigns.queue(who, id));
    base.run("UPDATE template SET category = '" + then + "' WHERE name = 'receipt'");
    drawn();
    const auto c = shown(id);
    return std::pair{c["totalRecipients"].get<int>(), c["progress"]["sendable"].get<int>()};
  };
  EXPECT_EQ(total("UTILITY", "MARKETING"), std::pair(51, 50));
  EXPECT_EQ(total("MARKETING", "AUTHENTICATION"), std::pair(101, 100)) << "he is on it twice";
  EXPECT_EQ(total("UTILITY", "WHATEVER"), std::pair(51, 50)) << "nobody knows what it is";
}

// -- runs

TEST_F(freeze, of_a_run_that_cannot_start_fails_it_and_tells_its_parent) {
  auto d = draft();
  core::recurrence rule;
  rule.freq = core::recurrence_freq::daily;
  rule.at = {600};
  rule.time_zone = "UTC";
  rule.from = core::local_day{std::chrono::year{2099} / 12 / 1};
  d.recurrence.emplace(rule);
  const auto parent = campaigns.make(who, d);
  ASSERT_TRUE(need(campaigns.recurring->start(who, parent)).empty());
  auto runs = need(open_run_store(base.options(), *zones));
  const wall_time ten = core::local_day{std::chrono::year{2099} / 12 / 1} + 10h;
  EXPECT_EQ(need(runs->make_due(ten - 60s, 10)).made, 1U);
  const auto run = need(runs->waiting(ten - 60s, 10)).at(0);
  EXPECT_EQ(need(campaigns.queue(who, run.id)).status, campaign_status::scheduled);
  const auto due = taken(*store, ten - 60s);
  EXPECT_EQ(due.parent_id, parent);
  EXPECT_EQ(due.run_at, ten);
  ASSERT_TRUE(store->give_up(due, core::make_sentence("run_refused", "Nobody is there.")).ok());
  EXPECT_EQ(shown(run.id)["status"], "failed");
  EXPECT_EQ(shown(parent)["statusReason"]["code"], "run_refused");
}

} // namespace
} // namespace stentor::postgres::testing
