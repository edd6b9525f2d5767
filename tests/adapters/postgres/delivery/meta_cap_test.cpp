/// Whom Meta keeps marketing from is left alone by every campaign, and tried again by his own.

#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"
#include "tests/adapters/postgres/support/stores_fixture.hpp"

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;
using std::chrono::hours;

namespace {

class meta_cap : public with_stores {
protected:
  void SetUp() override {
    with_stores::SetUp();
    leases_ = hold("a");
  }
  std::int64_t ago(std::chrono::minutes time) const {
    return (now_ - time).time_since_epoch().count();
  }
  /// Meta's word to a try, so long ago; without a code it is delivered.
  void say(core::recipient_seq seq, std::int16_t attempt, std::int32_t code,
           std::chrono::minutes before, core::campaign_no campaign = 1) {
    core::event_batch events;
    events.add(campaign, seq, attempt, event_kind::accepted, 0, 1, ago(before) - 1'000,
               "m" + std::to_string(campaign.value()) + "." + std::to_string(seq) + "." +
                   std::to_string(attempt));
    events.add(campaign, seq, attempt, code == 0 ? event_kind::delivered : event_kind::rejected,
               code, {}, ago(before));
    record(events);
    fold_all();
  }
  void capped(core::recipient_seq seq, std::int16_t attempt = 0,
              std::chrono::minutes before = std::chrono::minutes{1}) {
    say(seq, attempt, core::enough_marketing, before);
  }
  /// In hours from now.
  double closed_for(core::recipient_seq seq) {
    return std::stod(base.text(
        "SELECT coalesce((SELECT round(extract(epoch FROM until - now()) / 3600, 1) FROM meta_cap "
        "WHERE person = " +
        std::to_string(491510000000 + seq) + "), 0)::text"));
  }
  /// Of campaign 2, which is for the same people: those who are taken back.
  std::string withheld() {
    std::string all;
    for (const auto& chunk : need(claims->claim(2, {{1, leases_[0].epoch, 100}}, {})).chunks)
      for (const auto& row : chunk.rows)
        if (row.withheld != 0)
          all += std::to_string(row.seq) + ":" + std::to_string(row.withheld) + " ";
    return all;
  }
  void queue(core::recipient_seq seq, core::campaign_no campaign, core::wall_time due) {
    ports::ledger_write w;
    w.retries.push_back({.campaign = campaign,
                         .seq = seq,
                         .attempt = 1,
                         .retries = 1,
                         .due_ms = due.time_since_epoch().count(),
                         .number = {}});
    need(book->commit(w));
  }
  std::size_t tried(core::campaign_no campaign, core::wall_time now) {
    std::size_t n = 0;
    for (const auto& chunk :
         need(claims->claim_retries(campaign, {{1, leases_[0].epoch, 100}}, {}, now)))
      n += chunk.rows.size();
    return n;
  }

  std::vector<ports::lease> leases_;
  core::wall_time now_ =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
};

TEST_F(meta_cap, closes_a_person_to_the_marketing_of_every_campaign) {
  make_campaign(base, 2, 20, true);
  capped(3);
  EXPECT_NEAR(closed_for(3), 24, 0.1);
  EXPECT_EQ(withheld(), "3:9 ");
}

TEST_F(meta_cap, closes_nobody_to_what_is_no_marketing) {
  make_campaign(base, 2, 20, true);
  capped(3);
  base.run("UPDATE template SET category = 'UTILITY'");
  EXPECT_EQ(withheld(), "");
}

TEST_F(meta_cap, is_over_after_a_day) {
  make_campaign(base, 2, 20, true);
  capped(3, 0, hours{25});
  EXPECT_EQ(withheld(), "");
}

TEST_F(meta_cap, is_longer_after_three_in_a_row_and_counts_each_once) {
  capped(3, 0, hours{60});
  capped(3, 0, hours{60}); // the same webhook again
  EXPECT_EQ(base.number("SELECT in_a_row FROM meta_cap"), 1);
  capped(3, 1, hours{30});
  EXPECT_LT(closed_for(3), 0);
  capped(3, 2, hours{1});
  EXPECT_NEAR(closed_for(3), 7 * 24 - 1, 0.1);
}

TEST_F(meta_cap, begins_anew_when_a_message_arrives) {
  capped(3, 0, hours{60});
  capped(3, 1, hours{30});
  say(3, 2, 0, hours{2});
  EXPECT_EQ(base.number("SELECT count(*) FROM meta_cap"), 0);
  EXPECT_EQ(base.text("SELECT capped_count || ' ' || recovered_count || ' ' || "
                      "recovery_failed_count || ' ' || recovery_latest FROM campaign"),
            "1 1 1 01");
  EXPECT_EQ(base.text("SELECT recovery_by_try FROM campaign"), "[[1, 0], [1, 1]]");
}

TEST_F(meta_cap, tells_the_first_tries_from_the_second_ones) {
  for (const core::recipient_seq seq : {3, 4, 5})
    capped(seq, 0, hours{60});
  say(3, 1, 0, hours{30});
  capped(4, 1, hours{30});
  capped(5, 1, hours{30});
  say(4, 2, 0, hours{2});
  say(5, 2, core::enough_marketing, hours{2});
  EXPECT_EQ(base.text("SELECT recovery_by_try FROM campaign"), "[[3, 1], [2, 1]]");
  say(3, 1, 0, hours{30}); // the same once more
  EXPECT_EQ(base.text("SELECT recovery_by_try FROM campaign"), "[[3, 1], [2, 1]]");
  EXPECT_EQ(base.number("SELECT max(tries) FROM capped_recipient"), 2);
}

TEST_F(meta_cap, begins_anew_when_another_campaign_arrives_that_knows_of_it) {
  make_campaign(base, 2, 20, true);
  capped(3, 0, hours{60});
  say(3, 0, 0, hours{2}, 2);
  EXPECT_EQ(base.number("SELECT count(*) FROM meta_cap"), 1) << "nothing is looked up for it";
  base.run("UPDATE campaign SET meets_capped = true WHERE no = 2");
  say(4, 0, 0, hours{2}, 2);
  capped(5, 0, hours{60});
  say(5, 0, 0, hours{2}, 2);
  EXPECT_EQ(base.text("SELECT string_agg(person::text, ' ') FROM meta_cap"), "491510000003");
}

TEST_F(meta_cap, lets_tries_of_other_campaigns_wait) {
  make_campaign(base, 2, 20, true);
  capped(3);
  queue(3, 2, now_);
  queue(4, 2, now_);
  EXPECT_EQ(tried(2, now_), 1U);
  EXPECT_EQ(base.number("SELECT state FROM retry_queue WHERE seq = 3"), 0);
  EXPECT_EQ(tried(2, now_ + hours{23}), 0U);
  EXPECT_EQ(tried(2, now_ + hours{26}), 1U);
}

TEST_F(meta_cap, lets_its_own_campaign_try_again_when_its_time_has_come) {
  capped(3);
  queue(3, 1, now_ - std::chrono::minutes{1} + hours{24});
  EXPECT_EQ(tried(1, now_ + hours{23}), 0U);
  EXPECT_EQ(tried(1, now_ + hours{24}), 1U);
}

TEST_F(meta_cap, ends_the_tries_of_a_campaign_of_which_too_few_arrive) {
  make_campaign(base, 2, 400, true);
  ports::ledger_write w;
  for (core::recipient_seq seq = 1; seq <= 250; ++seq) {
    w.events.add(2, seq, 0, event_kind::rejected, core::enough_marketing, 1, ago(hours{30}));
    if (seq <= 199)
      w.events.add(2, seq, 1, seq <= 20 ? event_kind::delivered : event_kind::rejected,
                   seq <= 20 ? 0 : core::enough_marketing, {}, ago(hours{2}));
    if (seq > 20)
      w.retries.push_back({.campaign = 2,
                           .seq = seq,
                           .attempt = 2,
                           .retries = 2,
                           .due_ms = (now_ + hours{20}).time_since_epoch().count(),
                           .number = {}});
  }
  need(book->commit(w));
  fold_all();
  EXPECT_EQ(
      base.text("SELECT coalesce(recovery_sentence ->> 'code', '-') FROM campaign WHERE no = 2"),
      "-");
  say(250, 1, core::enough_marketing, hours{1}, 2);
  EXPECT_EQ(base.text("SELECT recovery_sentence ->> 'code' FROM campaign WHERE no = 2"),
            "recovery_ended");
  static_cast<void>(need(stores.retries->settle_doubts(now_, now_)));
  fold_all();
  EXPECT_EQ(base.number("SELECT count(*) FROM retry_queue WHERE state = 0"), 0);
  EXPECT_EQ(need(stores.campaigns->retry_terms_of(2, now_)).recovery.tries, 0);
}

TEST_F(meta_cap, terms_are_the_campaigns_own_or_the_organizations) {
  const auto terms = [&] { return need(stores.campaigns->retry_terms_of(1, now_)).recovery; };
  const core::recovery_rules rules; // the statements know the same defaults
  EXPECT_EQ(terms(), (core::recovery_terms{rules.tries, rules.spacing}));
  EXPECT_EQ(terms(), (core::recovery_terms{2, hours{24}}));
  base.run("INSERT INTO policy (organization_no, name, value) VALUES (1, 'recovery', "
           "'{\"tries\": 3, \"spacingMs\": 5000, \"leastDeliveredPercent\": 15}')");
  EXPECT_EQ(terms(), (core::recovery_terms{3, std::chrono::seconds{5}}));
  base.run("UPDATE campaign SET max_retries = 1");
  EXPECT_EQ(terms().tries, 1);
  base.run(R"(UPDATE campaign SET plan = '{"recovery":{"tries":5,"spacing":"36h"}}')");
  EXPECT_EQ(terms(), (core::recovery_terms{5, hours{36}}));
}

/// Ten people, of whom two are closed for an hour and one was until an hour ago.
class capped_list : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("INSERT INTO meta_cap SELECT 1, 4915112345600 + s, now() + (CASE s WHEN 9 THEN -1 "
             "ELSE 1 END) * interval '1 hour', 1, now() - interval '23 hours' FROM "
             "unnest(ARRAY[2, 4, 9]) s");
  }
  std::string launched(const std::string& template_name, core::campaign_draft draft = {}) {
    draft.name = "Spring";
    draft.template_name = template_name;
    const auto id = campaigns.make(who, draft);
    need(recipients->add(who, id, people(10)));
    EXPECT_EQ(core::text_of(need(campaigns.launch(who, id)).obstacles), "");
    return base.text("SELECT screened::text || ' ' || meets_capped FROM campaign ORDER BY no DESC "
                     "LIMIT 1");
  }
  campaign_stores campaigns{base.options(), *phones};
};

TEST_F(capped_list, leaves_out_who_is_closed_when_it_starts) {
  EXPECT_EQ(launched("offer"), R"({"9": 2} true)");
}

TEST_F(capped_list, leaves_nobody_out_of_what_is_no_marketing) {
  EXPECT_EQ(launched("receipt"), "{} false");
}

TEST_F(capped_list, leaves_nobody_out_who_may_be_written_to_at_its_time) {
  core::campaign_draft later;
  later.scheduled_for.emplace(
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) + hours{2});
  EXPECT_EQ(launched("offer", later), "{} true");
}

} // namespace
