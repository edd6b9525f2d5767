/// Who goes first, and what gates decide by what became of them.
#include "adapters/postgres/campaign/gate_watch.hpp"
#include "adapters/postgres/campaign/housekeeping.hpp"
#include "adapters/postgres/campaign/plan_terms.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/delivery/ledger.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>

namespace stentor::postgres {

namespace {

using core::event_kind;
using testing::need;

class canary : public testing::admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("DELETE FROM template");
    base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, "
             "status, components) VALUES ('1', 1, 'w1', 'offer', 'en_US', 'MARKETING', 'APPROVED', "
             "'[]')");
    book = need(ledger::open(base.options()));
    fold = need(projection::open(base.options()));
    keeping = need(open_housekeeping(base.options()));
  }

  /// A campaign for so many people, started.
  std::string sent_to(int count, const std::string& plan) {
    const auto id = campaigns.make(who, testing::campaign_stores::draft());
    need(recipients->add(who, id, people(count)));
    base.run("UPDATE campaign SET plan = '" + plan + "'");
    EXPECT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
    return id;
  }
  std::string stages() {
    return base.text("SELECT string_agg(stage || ':' || from_seq || '-' || to_seq, ' ' ORDER BY "
                     "part) FROM campaign_part");
  }
  void claim_stage(int stage) {
    base.run("UPDATE campaign_part SET next_seq = to_seq + 1 WHERE stage = " +
             std::to_string(stage));
  }
  /// The seqs [from, to] were accepted an hour ago at most, and then this became of them.
  void happened(int from, int to, event_kind kind, std::int32_t code = 0) {
    ports::ledger_write w;
    const auto at = now.time_since_epoch().count() - 1'000;
    for (core::recipient_seq seq = from; seq <= to; ++seq) {
      w.events.add(1, seq, 0, event_kind::accepted, 0, core::number_no{1}, at, "");
      if (kind != event_kind::accepted)
        w.events.add(1, seq, 0, kind, code, {}, at + 500, "");
    }
    need(book->commit(w));
    while (!need(fold->fold(100'000)).caught_up) {
    }
  }
  std::string look(std::chrono::minutes later = {}) {
    std::string said;
    for (const auto& note : need(keeping.gates->look(now + later)))
      said += note.what.code + (note.paused ? " paused" : " opens");
    return said;
  }
  std::string state() {
    return base.text("SELECT status || ' ' || coalesce(pause_kind, '-') || ' ' || coalesce(canary, "
                     "'-') FROM campaign");
  }
  bool rest_waits() {
    auto db = need(connection::open(base.options()));
    return need(load_plan_terms(db, 1)).canary.has_value();
  }

  static constexpr const char* small = R"({"canary":{"people":20,"settle":"30m"}})";
  testing::campaign_stores campaigns{base.options(), *phones};
  std::unique_ptr<ledger> book;
  std::unique_ptr<projection> fold;
  housekeeping keeping;
  core::wall_time now =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
};

TEST_F(canary, goes_first_chosen_by_chance_and_the_same_again) {
  sent_to(100, small);
  EXPECT_EQ(stages(), "0:1-20 2:21-100");
  EXPECT_EQ(state(), "sending - waiting");
  const auto chosen = "SELECT string_agg(phone::text, ' ' ORDER BY phone) FROM campaign_recipient "
                      "WHERE seq <= 20";
  EXPECT_EQ(base.text(chosen),
            base.text("SELECT string_agg(phone::text, ' ' ORDER BY phone) FROM (SELECT phone FROM "
                      "campaign_recipient, campaign ORDER BY person_mix(person_key(phone, NULL), "
                      "salt) LIMIT 20) t"));
  EXPECT_NE(base.text(chosen),
            base.text("SELECT string_agg(phone::text, ' ' ORDER BY phone) FROM (SELECT phone FROM "
                      "campaign_recipient ORDER BY phone LIMIT 20) t"));
  EXPECT_TRUE(rest_waits());
}

TEST_F(canary, is_needless_for_as_few_people) {
  sent_to(20, small);
  EXPECT_EQ(stages(), "2:1-20");
  EXPECT_EQ(state(), "sending - -");
  EXPECT_FALSE(rest_waits());
}

TEST_F(canary, that_passes_lets_the_rest_go) {
  sent_to(200, R"({"canary":{"people":100,"settle":"30m"}})");
  claim_stage(0);
  happened(1, 89, event_kind::delivered);
  EXPECT_EQ(look(), "");
  happened(90, 95, event_kind::delivered);
  EXPECT_EQ(look(), "") << "how many opt out is not sure yet";
  EXPECT_EQ(look(std::chrono::minutes{31}), "canary_passed opens");
  EXPECT_EQ(state(), "sending - open");
  EXPECT_FALSE(rest_waits());
  EXPECT_EQ(look(std::chrono::minutes{32}), "") << "once";
  happened(96, 100, event_kind::failed, 131026);
  EXPECT_EQ(look(std::chrono::minutes{33}), "") << "what comes late changes nothing";
}

TEST_F(canary, that_fails_stops_it_until_a_person_says_otherwise) {
  sent_to(200, R"({"canary":{"people":100,"settle":"30m"}})");
  claim_stage(0);
  happened(1, 60, event_kind::delivered);
  happened(61, 95, event_kind::failed, 131026);
  EXPECT_EQ(look(), "canary_failed paused");
  EXPECT_EQ(state(), "paused gate stopped");
  EXPECT_EQ(base.text("SELECT status_sentence -> 'params' ->> 'gate' || ' ' || (status_sentence -> "
                      "'params' ->> 'people') FROM campaign"),
            "failed 35");
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE action = 'campaign.pause' AND actor "
                        "= 'gates'"),
            1);
  EXPECT_EQ(look(std::chrono::minutes{90}), "");
  ASSERT_TRUE(keeping.campaigns->command(1, core::campaign_command::resume, {}, {}, {}).ok());
  EXPECT_EQ(state(), "sending - open");
  EXPECT_FALSE(rest_waits());
}

TEST_F(canary, without_receipts_asks_a_person) {
  sent_to(200, small);
  claim_stage(0);
  happened(1, 20, event_kind::accepted);
  EXPECT_EQ(look(), "");
  EXPECT_EQ(look(std::chrono::minutes{59}), "");
  EXPECT_EQ(look(std::chrono::minutes{60}), "canary_unsure paused");
  EXPECT_EQ(state(), "paused gate unsure");
}

TEST_F(canary, without_receipts_goes_on_where_it_should) {
  sent_to(200, R"({"canary":{"people":20,"settle":"30m","onUnsure":"open"}})");
  claim_stage(0);
  EXPECT_EQ(look(), "");
  EXPECT_EQ(look(std::chrono::minutes{60}), "canary_unsure_opened opens");
  EXPECT_EQ(state(), "sending - open");
}

TEST_F(canary, is_not_settled_before_its_people_are_claimed_and_its_events_folded) {
  sent_to(200, small);
  EXPECT_EQ(look(std::chrono::minutes{600}), "") << "its people wait for their hours, say";
  claim_stage(0);
  EXPECT_EQ(look(), "");
  ports::ledger_write w;
  w.events.add(1, 1, 0, event_kind::accepted, 0, core::number_no{1}, now.time_since_epoch().count(),
               "");
  need(book->commit(w));
  EXPECT_EQ(look(std::chrono::minutes{90}), "") << "nobody knows what the ledger tells";
}

TEST_F(canary, is_left_alone_while_a_person_holds_the_campaign) {
  sent_to(200, small);
  claim_stage(0);
  EXPECT_EQ(look(), "");
  const auto tell = [&](core::campaign_command what) {
    ASSERT_TRUE(keeping.campaigns
                    ->command(1, what, {}, {},
                              what == core::campaign_command::pause ? core::pause_kind::operator_
                                                                    : core::pause_kind::none)
                    .ok());
  };
  tell(core::campaign_command::pause);
  EXPECT_EQ(look(std::chrono::minutes{90}), "");
  tell(core::campaign_command::resume);
  EXPECT_EQ(state(), "sending - waiting") << "that is no word about the canary";
  EXPECT_EQ(look(std::chrono::minutes{90}), "canary_unsure paused");
  tell(core::campaign_command::cancel);
  EXPECT_EQ(look(std::chrono::minutes{120}), "");
}

TEST_F(canary, is_decided_once_when_two_daemons_look) {
  sent_to(200, small);
  claim_stage(0);
  EXPECT_EQ(look(), "");
  auto other = need(open_housekeeping(base.options()));
  base.run("BEGIN; SELECT FROM campaign FOR NO KEY UPDATE");
  EXPECT_FALSE(other.gates->look(now + std::chrono::minutes{90}).ok()) << "it gives up waiting";
  base.run("COMMIT");
  EXPECT_EQ(need(other.gates->look(now + std::chrono::minutes{90})).size(), 1U);
  EXPECT_EQ(look(std::chrono::minutes{90}), "");
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE actor = 'gates'"), 1);
}

TEST_F(canary, gates_stop_a_campaign_that_runs_and_count_anew_when_it_goes_on) {
  sent_to(500, R"({"gates":[{"gate":"capped","max":0.2}]})");
  claim_stage(2);
  happened(1, 150, event_kind::delivered);
  happened(151, 199, event_kind::rejected, 131049);
  EXPECT_EQ(look(), "") << "too few ends";
  happened(200, 220, event_kind::rejected, 131049);
  EXPECT_EQ(look(), "gate_failed paused");
  EXPECT_EQ(state(), "paused gate -");
  ASSERT_TRUE(keeping.campaigns->command(1, core::campaign_command::resume, {}, {}, {}).ok());
  EXPECT_EQ(look(), "");
  happened(221, 300, event_kind::rejected, 131049);
  EXPECT_EQ(look(), "") << "eighty more are too few again";
  happened(301, 430, event_kind::rejected, 131049);
  EXPECT_EQ(look(), "gate_failed paused");
  EXPECT_EQ(look(std::chrono::minutes{180}), "") << "nothing of it is recent";
}

TEST_F(canary, gates_of_nobody_stop_nothing) {
  sent_to(300, "{}");
  claim_stage(2);
  happened(1, 300, event_kind::failed, 131026);
  EXPECT_EQ(look(), "");
  EXPECT_EQ(state(), "sending - -");
}

TEST_F(canary, is_divided_by_places_too) {
  auto saved = make_policy_store(campaigns.queries)->save("Acme", {});
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  const auto id = campaigns.make(who, testing::campaign_stores::draft());
  std::vector<ports::contact_input> all;
  for (int i = 0; i < 80; ++i)
    all.push_back(
        {(i % 2 == 0 ? "+49151123456" : "+9199787832") + std::to_string(10 + i), "", "", {}, {}});
  need(recipients->add(who, id, all));
  base.run(std::string{"UPDATE campaign SET plan = '"} + small + "'");
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  EXPECT_EQ(base.text("SELECT string_agg(stage::text, '' ORDER BY part) FROM campaign_part"),
            "0022");
  EXPECT_EQ(base.number("SELECT sum(to_seq - from_seq + 1) FROM campaign_part WHERE stage = 0"),
            20);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part p JOIN campaign_recipient r ON r.seq "
                        "BETWEEN p.from_seq AND p.to_seq WHERE r.place <> p.place"),
            0);
}

} // namespace
} // namespace stentor::postgres
