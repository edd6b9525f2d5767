/// Commands, ends and rows of running campaigns.

#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/campaign_store.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "tests/adapters/postgres/support/stores_fixture.hpp"

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;

namespace {

class campaign_rows : public with_stores {};

TEST_F(campaign_rows, a_campaign_ends_when_all_is_explained) {
  const auto leases = hold("a");
  EXPECT_FALSE(need(stores.campaigns->end(1, core::campaign_status::completed)));
  const auto r = claim({{1, leases[0].epoch, 100}});
  ports::ledger_write w;
  for (const auto& row : r.chunks.at(0).rows)
    w.events.add(1, row.seq, 0, row.seq % 7 == 0 ? event_kind::failed : event_kind::accepted, 0, 1,
                 1000, "x");
  need(book->commit(w));
  fold_all();
  EXPECT_FALSE(need(stores.campaigns->end(1, core::campaign_status::completed)))
      << "the claim is open";
  ports::ledger_write closed;
  closed.claims_done.push_back(r.chunks.at(0).claim);
  need(book->commit(closed));
  const auto b = need(load_balance(base.db(), 1, core::campaign_status::sending));
  EXPECT_TRUE(b.settled());
  EXPECT_EQ(b.screened, 10);
  EXPECT_EQ(b.sent + b.failed, 90);
  EXPECT_TRUE(need(stores.campaigns->end(1, core::campaign_status::completed)));
  EXPECT_EQ(need(load_campaign(base.db(), 1)).status, core::campaign_status::completed);
}

TEST_F(campaign_rows, a_cancelled_campaign_explains_those_whose_turn_never_came) {
  const auto told = [&](core::campaign_command what) {
    return stores.campaigns->command(
        1, what, core::make_sentence("told", "By {who}.", {{"who", "a \"test\""}}), std::nullopt);
  };
  ASSERT_TRUE(told(core::campaign_command::cancel).ok());
  EXPECT_FALSE(told(core::campaign_command::resume).ok());
  EXPECT_TRUE(need(stores.campaigns->end(1, core::campaign_status::cancelled)));
  EXPECT_EQ(need(load_balance(base.db(), 1, core::campaign_status::cancelled)).cancelled, 90);
  EXPECT_EQ(base.number("SELECT count(*) FROM recipient WHERE status = 'cancelled'"), 90);
  EXPECT_EQ(base.text("SELECT status_sentence FROM campaign"),
            R"({"code": "told", "text": "By a \"test\".", "params": {"who": "a \"test\""}})");
}

TEST_F(campaign_rows, an_expired_campaign_says_so) {
  EXPECT_TRUE(need(stores.campaigns->end(1, core::campaign_status::expired)));
  EXPECT_EQ(base.text("SELECT status_sentence ->> 'code' FROM campaign"), "campaign_expired");
}

TEST_F(campaign_rows, the_reason_goes_when_a_campaign_sends_again) {
  base.run("UPDATE campaign SET status_reason = 'of old'");
  const auto told = [&](core::campaign_command what, std::optional<core::sentence> why) {
    return stores.campaigns->command(1, what, why, std::nullopt).ok();
  };
  EXPECT_TRUE(told(core::campaign_command::pause, core::bare_text("Why not.")));
  EXPECT_EQ(base.text("SELECT status_sentence ->> 'text' FROM campaign"), "Why not.");
  EXPECT_TRUE(told(core::campaign_command::resume, std::nullopt));
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign WHERE status_sentence IS NOT NULL OR "
                        "status_reason IS NOT NULL"),
            0);
}

TEST_F(campaign_rows, runnable_starts_what_is_due) {
  base.run("UPDATE campaign SET status = 'scheduled', scheduled_for = to_timestamp(1900000000)");
  EXPECT_TRUE(need(stores.campaigns->runnable(at(now_ms - 1))).empty());
  const auto due = need(stores.campaigns->runnable(at(now_ms)));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].status, core::campaign_status::sending);
  EXPECT_EQ(due[0].numbers, (std::vector<core::number_no>{1, 2}));
  EXPECT_EQ(due[0].template_category, "MARKETING");
  EXPECT_EQ(due[0].recipients_total, 100);
}

TEST_F(campaign_rows, a_command_and_its_audit_row_are_kept_or_lost_together) {
  ports::audit_entry audit;
  audit.who = {.organization = 1, .role = "operator", .actor = "cli", .source = ""};
  audit.action = "campaign.pause";
  audit.subject = "c1";
  const auto told = [&] {
    return stores.campaigns->command(1, core::campaign_command::pause, std::nullopt, audit);
  };
  ASSERT_TRUE(told().ok());
  EXPECT_EQ(told().error().code, core::errc::conflict);
  EXPECT_EQ(base.text("SELECT string_agg(action || ' by ' || actor, ',') FROM audit_log"),
            "campaign.pause by cli");
  base.run("UPDATE campaign SET status = 'sending'; DROP TABLE audit_log");
  EXPECT_FALSE(told().ok());
  EXPECT_EQ(need(load_campaign(base.db(), 1)).status, core::campaign_status::sending);
}

TEST_F(campaign_rows, a_pause_keeps_its_kind_until_it_is_over) {
  const core::sentence why = core::bare_text("Meta refuses it.");
  ASSERT_TRUE(stores.campaigns
                  ->command(1, core::campaign_command::pause, why, {}, core::pause_kind::refusals)
                  .ok());
  EXPECT_EQ(base.text("SELECT pause_kind || ': ' || (status_sentence ->> 'text') FROM campaign"),
            "refusals: Meta refuses it.");
  ASSERT_TRUE(stores.campaigns->command(1, core::campaign_command::resume, {}, {}).ok());
  EXPECT_EQ(base.text("SELECT coalesce(pause_kind, 'none') FROM campaign"), "none");
}

TEST_F(campaign_rows, a_row_becomes_a_campaign) {
  base.run(R"(UPDATE campaign SET send_window =
    '{"days":[1,5],"from":"09:30","until":"24:00","timeZone":"Europe/Berlin"}', rate_limit = 60,
    max_retries = 2, in_doubt_policy = 'fail', expires_at = to_timestamp(5), number_ids = '{222}')");
  const auto c = need(load_campaign(base.db(), 1));
  EXPECT_EQ(c.no, 1);
  EXPECT_EQ(c.template_name, "hello");
  EXPECT_EQ(c.template_components, "[]");
  EXPECT_EQ(c.template_parameter_format, "POSITIONAL");
  EXPECT_EQ(c.rate_limit_per_minute, 60);
  EXPECT_EQ(c.retries_max, 2);
  EXPECT_EQ(c.in_doubt, core::in_doubt_policy::fail);
  EXPECT_EQ(c.expires_at, at(5000));
  EXPECT_EQ(c.scheduled_for, std::nullopt);
  EXPECT_EQ(c.numbers, std::vector<core::number_no>{2});
  ASSERT_TRUE(c.window);
  EXPECT_EQ(c.window->days, (std::vector<std::uint8_t>{1, 5}));
  EXPECT_EQ(c.window->from_minute, 570);
  EXPECT_EQ(c.window->until_minute, 0) << "24:00 is the midnight that ends the day";
  EXPECT_EQ(c.window->time_zone, "Europe/Berlin");
  EXPECT_EQ(need(load_campaign(base.db(), 1, c.id)).no, 1);
  EXPECT_EQ(load_campaign(base.db(), 2, c.id).error().code, core::errc::not_found);
  EXPECT_EQ(load_campaign(base.db(), 77).error().code, core::errc::not_found);
}

TEST_F(campaign_rows, a_launch_waits_for_its_time_and_can_be_taken_back) {
  const auto in_transaction = [&](auto work) {
    auto t = need(transaction::begin(base.db()));
    campaign_lifecycle lifecycle{base.db()};
    auto made = work(lifecycle);
    if (made.ok()) {
      EXPECT_TRUE(t.commit().ok());
    }
    return made;
  };
  const auto launch = [&] {
    return in_transaction([](campaign_lifecycle& l) { return l.launch(1); });
  };
  base.run("UPDATE campaign SET status = 'draft', started_at = NULL, scheduled_for = now() + "
           "interval '1 hour'");
  EXPECT_EQ(need(launch()), core::campaign_status::scheduled);
  EXPECT_EQ(base.number("SELECT count(started_at) FROM campaign"), 0);
  const auto taken_back = in_transaction(
      [](campaign_lifecycle& l) { return l.become(1, core::campaign_status::draft); });
  EXPECT_TRUE(taken_back.ok());
  EXPECT_EQ(need(launch()), core::campaign_status::scheduled);
  EXPECT_EQ(need(launch()), core::campaign_status::sending) << "launched once more means now";
  EXPECT_EQ(base.number("SELECT count(started_at) FROM campaign"), 1);
  EXPECT_EQ(launch().error().code, core::errc::conflict);
  const auto back_again = in_transaction(
      [](campaign_lifecycle& l) { return l.become(1, core::campaign_status::draft); });
  EXPECT_EQ(back_again.error().code, core::errc::conflict);
}

TEST_F(campaign_rows, a_template_stops_only_campaigns_of_its_account) {
  base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
           "VALUES (1, '333', 'w2', 80); UPDATE campaign SET number_ids = '{333}'");
  auto& campaigns = *stores.campaigns;
  EXPECT_TRUE(need(campaigns.using_template("w1", "hello", "en_US")).empty());
  EXPECT_EQ(need(campaigns.using_template("w2", "hello", "en_US")),
            std::vector<core::campaign_no>{1});
}

/// What its template stopped goes on by Meta's word, what a person paused does not.
class stopped_by_its_template : public campaign_rows {
protected:
  void SetUp() override {
    campaign_rows::SetUp();
    base.run("UPDATE template SET status = 'PAUSED'");
    pause(core::pause_kind::template_);
  }
  void pause(core::pause_kind kind) {
    const auto why = core::bare_text("A test.");
    ASSERT_TRUE(stores.campaigns->command(1, core::campaign_command::pause, why, {}, kind).ok());
  }
  void meta_says(const std::string& status) {
    ports::ledger_write w;
    w.templates.push_back(
        {.waba_id = "w1", .name = "hello", .language = "en_US", .status = status});
    need(book->commit(w));
  }
  core::campaign_status status_after_a_look() {
    need(stores.campaigns->runnable(at(5000)));
    return need(load_campaign(base.db(), 1)).status;
  }
};

TEST_F(stopped_by_its_template, it_goes_on_slowly_once_meta_lets_it) {
  EXPECT_EQ(status_after_a_look(), core::campaign_status::paused);
  meta_says("APPROVED");
  EXPECT_EQ(status_after_a_look(), core::campaign_status::sending);
  EXPECT_EQ(base.text("SELECT coalesce(pause_kind, 'none') FROM campaign"), "none");
  EXPECT_EQ(base.number("SELECT count(let_go_at) FROM template_pacing"), 1);
  pause(core::pause_kind::template_);
  EXPECT_EQ(status_after_a_look(), core::campaign_status::paused)
      << "refused again: what Meta said before is no news";
}

TEST_F(stopped_by_its_template, it_goes_on_when_the_list_of_templates_tells_it_first) {
  const auto list = [&](const std::string& status) {
    ASSERT_TRUE(stores.templates
                    ->save(1, "w1",
                           R"([{"id":"1","name":"hello","language":"en_US","status":")" + status +
                               R"(","category":"MARKETING","components":[]}])")
                    .ok());
  };
  list("PAUSED");
  EXPECT_EQ(status_after_a_look(), core::campaign_status::paused);
  list("APPROVED");
  EXPECT_EQ(status_after_a_look(), core::campaign_status::sending);
  pause(core::pause_kind::template_);
  list("APPROVED");
  EXPECT_EQ(status_after_a_look(), core::campaign_status::paused) << "it says nothing new";
}

TEST_F(stopped_by_its_template, a_person_keeps_it_paused) {
  pause(core::pause_kind::operator_);
  meta_says("APPROVED");
  EXPECT_EQ(status_after_a_look(), core::campaign_status::paused);
  EXPECT_EQ(base.text("SELECT pause_kind FROM campaign"), "operator");
}

TEST_F(stopped_by_its_template, another_refusal_changes_nothing_of_the_pause) {
  pause(core::pause_kind::refusals);
  EXPECT_EQ(base.text("SELECT pause_kind FROM campaign"), "template");
}

TEST_F(stopped_by_its_template, it_waits_while_another_account_has_it_stopped) {
  base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
           "VALUES (1, '333', 'w2', 80); INSERT INTO template (id, organization_no, waba_id, name, "
           "language, category, status) VALUES ('2', 1, 'w2', 'hello', 'en_US', 'MARKETING', "
           "'PAUSED'); UPDATE campaign SET number_ids = NULL");
  meta_says("APPROVED");
  EXPECT_EQ(status_after_a_look(), core::campaign_status::paused);
  base.run("UPDATE number SET active = false WHERE phone_number_id = '333'");
  EXPECT_EQ(status_after_a_look(), core::campaign_status::sending);
}

} // namespace
