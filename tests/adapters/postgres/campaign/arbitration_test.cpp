/// Campaigns that share people whom the frequency caps would keep from one of them.
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <future>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace stentor::postgres {

namespace {

using testing::need;

class arbitration : public testing::admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    campaigns.emplace(base.options(), *phones);
    campaigns->lay_down({{1, std::chrono::hours{7 * 24}}});
  }
  static core::campaign_draft draft(int priority) {
    auto d = testing::campaign_stores::draft();
    d.name = "P" + std::to_string(priority);
    d.priority = priority;
    return d;
  }
  std::string add(const core::campaign_draft& d, int n) {
    auto id = campaigns->make(who, d);
    if (n > 0)
      need(recipients->add(who, id, people(n)));
    return id;
  }
  /// Its number.
  std::string launch_it(const std::string& id) {
    const auto launched = need(campaigns->launch(who, id));
    EXPECT_EQ(core::text_of(launched.obstacles), "");
    return std::to_string(launched.no.value());
  }
  std::string launch(const core::campaign_draft& d, int n) { return launch_it(add(d, n)); }
  std::string launch(int priority, int n) { return launch(draft(priority), n); }

  int count(const std::string& campaign, const std::string& what) {
    return static_cast<int>(base.number("SELECT count(*) FROM campaign_recipient WHERE "
                                        "campaign_no = " +
                                        campaign + " AND " + what));
  }
  int capped(const std::string& campaign) { return count(campaign, "screen = 6"); }
  int given(const std::string& from, const std::string& to) {
    return count(from, "screen = 6 AND by_campaign = " + to);
  }
  void claim(const std::string& campaign, int n) {
    base.run("UPDATE campaign_part SET next_seq = next_seq + " + std::to_string(n) +
             " WHERE campaign_no = " + campaign);
    base.run("UPDATE campaign SET claimed_count = claimed_count + " + std::to_string(n) +
             " WHERE no = " + campaign);
  }
  /// What the rows beside a list say of it.
  void expect_counted(const std::string& campaign) {
    EXPECT_EQ(base.number("SELECT screened_count FROM campaign WHERE no = " + campaign),
              count(campaign, "screen <> 0"))
        << campaign;
    EXPECT_EQ(base.number("SELECT coalesce(sum(value::int), 0) FROM campaign, "
                          "jsonb_each_text(screened) WHERE no = " +
                          campaign),
              count(campaign, "screen <> 0"))
        << campaign;
    EXPECT_EQ(base.number("SELECT coalesce(sum(people), 0) FROM retraction WHERE campaign_no = " +
                          campaign),
              count(campaign, "by_campaign IS NOT NULL"))
        << campaign;
  }
  std::string id_of(const std::string& campaign) {
    return base.text("SELECT id FROM campaign WHERE no = " + campaign);
  }
  nlohmann::json stats(const std::string& campaign) {
    return nlohmann::json::parse(need(campaigns->reports->stats(who, id_of(campaign))).text);
  }
  /// A launch stands before a campaign that somebody has locked.
  void wait_until_it_waits() {
    while (base.number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stentor "
                       "launch' AND query LIKE '%pg_sleep(0.02)%'") == 0)
      base.run("SELECT pg_sleep(0.01); SELECT pg_stat_clear_snapshot()");
  }
  std::optional<testing::campaign_stores> campaigns;
};

TEST_F(arbitration, the_lower_priority_gives_people_up) {
  const auto low = launch(3, 10);
  const auto high = launch(8, 6);
  EXPECT_EQ(capped(high), 0);
  EXPECT_EQ(given(low, high), 6);
  expect_counted(low);
  expect_counted(high);
  EXPECT_EQ(stats(low)["givenUp"][0]["name"], "P8");
  EXPECT_EQ(stats(low)["givenUp"][0]["people"], 6);
  EXPECT_EQ(stats(low)["screened"]["frequency"], 6);
  EXPECT_EQ(stats(low)["sendable"], 4);
  EXPECT_EQ(stats(high)["tookOver"][0]["campaignId"], id_of(low));
  EXPECT_TRUE(stats(high)["givenUp"].empty());
}

TEST_F(arbitration, equals_and_higher_ones_keep_theirs) {
  const auto first = launch(5, 4);
  EXPECT_EQ(capped(launch(5, 6)), 4);
  EXPECT_EQ(capped(launch(4, 8)), 6);
  EXPECT_EQ(capped(first), 0);
}

TEST_F(arbitration, the_lowest_gives_first_and_of_equals_the_latest) {
  campaigns->lay_down({{3, std::chrono::hours{7 * 24}}});
  const auto older = launch(3, 10);
  const auto newer = launch(3, 10);
  base.run("UPDATE campaign SET started_at = started_at - interval '1 hour' WHERE no = " + older);
  launch(4, 10);
  const auto high = launch(9, 10);
  EXPECT_EQ(capped(high), 0);
  EXPECT_EQ(given(newer, high), 10);
  const auto higher = launch(9, 10);
  EXPECT_EQ(given(older, higher), 10);
}

TEST_F(arbitration, whoever_was_claimed_is_not_given_up) {
  const auto low = launch(3, 10);
  claim(low, 4);
  const auto high = launch(8, 10);
  EXPECT_EQ(capped(high), 4);
  EXPECT_EQ(count(high, "screen = 6 AND seq <= 4"), 4);
  EXPECT_EQ(given(low, high), 6);
  EXPECT_EQ(count(low, "by_campaign IS NOT NULL AND seq <= 4"), 0);
  expect_counted(low);
  expect_counted(high);
}

TEST_F(arbitration, scheduled_and_paused_ones_give_up_and_drafts_and_cancelled_ones_need_not) {
  auto later = draft(2);
  later.scheduled_for.emplace(testing::campaign_stores::now() + std::chrono::hours{24});
  const auto scheduled = launch(later, 3);
  const auto high = launch(7, 3);
  EXPECT_EQ(given(scheduled, high), 3);
  base.run("UPDATE campaign SET status = 'paused' WHERE no = " + high);
  const auto higher = launch(8, 3);
  EXPECT_EQ(given(high, higher), 3);
  base.run("UPDATE campaign SET status = 'cancelled', completed_at = now() WHERE no = " + higher);
  EXPECT_EQ(capped(launch(9, 3)), 0);
  EXPECT_EQ(capped(higher), 0);
}

TEST_F(arbitration, nobody_is_given_up_for_a_message_that_is_not_sent) {
  const auto low = launch(3, 10);
  auto few = draft(8);
  few.plan.emplace(core::plan_options{});
  (*few.plan)->recipients_max = 3;
  const auto high = launch(few, 10);
  EXPECT_EQ(count(high, "screen = 12"), 7);
  EXPECT_EQ(given(low, high), 3);
  campaigns->lay_down({{1, std::chrono::hours{7 * 24}}, {2, std::chrono::hours{30 * 24}}});
  base.run("INSERT INTO delivery (campaign_no, seq, state, accepted_ms) SELECT " + high +
           ", seq, 2, (extract(epoch FROM now()) * 1000)::int8 FROM campaign_recipient WHERE "
           "campaign_no = " +
           high + " AND screen = 0");
  const auto next = launch(9, 10);
  EXPECT_EQ(capped(next), 3) << "they got one already";
  EXPECT_EQ(given(low, next), 7);
  expect_counted(low);
}

TEST_F(arbitration, a_list_that_is_drawn_gets_people_too) {
  base.run("INSERT INTO customer (organization_no, phone, marketing_opt_in) SELECT 1, "
           "4915112345600 + i, true FROM generate_series(0, 19) i");
  const auto low = launch(3, 10);
  auto everybody = draft(6);
  everybody.target = core::target_type::all;
  const auto high = launch(everybody, 0);
  EXPECT_EQ(count(high, "screen = 0"), 20);
  EXPECT_EQ(given(low, high), 10);
  expect_counted(low);
  expect_counted(high);
  everybody.priority = 2;
  EXPECT_FALSE(need(campaigns->launch(who, add(everybody, 0))).obstacles.empty())
      << "everybody has had enough";
}

TEST_F(arbitration, a_list_that_is_decided_anew_forgets_what_it_gave_up) {
  auto later = draft(2);
  later.scheduled_for.emplace(testing::campaign_stores::now() + std::chrono::hours{24});
  const auto id = add(later, 5);
  const auto low = launch_it(id);
  const auto high = launch(7, 3);
  ASSERT_EQ(given(low, high), 3);
  core::campaign_draft back;
  back.scheduled_for.emplace();
  ASSERT_TRUE(need(campaigns->admin->update(who, id, back)).problems.empty());
  base.run("UPDATE campaign SET status = 'cancelled', completed_at = now() WHERE no = " + high);
  launch_it(id);
  EXPECT_EQ(capped(low), 0);
  EXPECT_EQ(count(low, "by_campaign IS NOT NULL"), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM retraction"), 0);
  expect_counted(low);
}

TEST_F(arbitration, why_names_the_winner) {
  const auto low = launch(3, 2);
  const auto high = launch(8, 1);
  const auto why = [&](const char* seq) {
    return nlohmann::json::parse(need(recipients->timeline(who, id_of(low), seq)))["events"];
  };
  ASSERT_EQ(why("1").size(), 1U);
  EXPECT_EQ(why("1")[0]["what"]["code"], "event_given_up");
  EXPECT_EQ(why("1")[0]["what"]["params"]["campaign"], "P8");
  EXPECT_TRUE(why("2").empty());
  base.run("DELETE FROM campaign_part WHERE campaign_no = " + high);
  base.run("DROP TABLE campaign_recipient_" + high);
  base.run("DELETE FROM campaign WHERE no = " + high);
  EXPECT_EQ(why("1")[0]["what"]["code"], "event_given_up_gone");
}

TEST_F(arbitration, an_administrators_word_asks_no_caps_and_takes_nobody) {
  const auto low = launch(3, 10);
  auto urgent = draft(9);
  urgent.ignore_caps = true;
  const auto high = launch(urgent, 10);
  EXPECT_EQ(capped(high), 0);
  EXPECT_EQ(capped(low), 0);
  EXPECT_EQ(base.text("SELECT detail FROM audit_log WHERE action = 'campaign.ignore_caps'"),
            R"({"ignores": true})");
  EXPECT_EQ(capped(launch(1, 12)), 10) << "its messages count as any";
}

/// Everybody of it got the message so many hours ago, and it is over.
class waiting : public arbitration {
protected:
  void deliver(const std::string& campaign, int hours_ago) {
    base.run("INSERT INTO delivery (campaign_no, seq, state, accepted_ms) SELECT " + campaign +
             ", seq, 2, (extract(epoch FROM now() - interval '1 hour' * " +
             std::to_string(hours_ago) +
             ") * 1000)::int8 FROM campaign_recipient WHERE campaign_no = " + campaign +
             " AND screen = 0");
    base.run("UPDATE campaign SET status = 'completed', completed_at = now() WHERE no = " +
             campaign);
  }
  static core::campaign_draft patient(int priority = 5) {
    auto d = draft(priority);
    d.plan.emplace(core::plan_options{});
    (*d.plan)->on_cap = core::on_cap::wait;
    return d;
  }
  /// When its parts open, in hours from now on, rounded up; 0: with the campaign.
  std::string openings(const std::string& campaign) {
    return base.text("SELECT string_agg(coalesce(ceil(extract(epoch FROM opens_at - now()) / "
                     "3600), 0)::text || 'h ' || (to_seq - from_seq + 1), ', ' ORDER BY part) FROM "
                     "campaign_part WHERE campaign_no = " +
                     campaign);
  }
};

TEST_F(waiting, a_part_opens_when_the_earliest_message_leaves_the_cap) {
  campaigns->lay_down({{1, std::chrono::hours{24}}});
  deliver(launch(5, 4), 20);
  const auto patient_one = launch(patient(), 10);
  EXPECT_EQ(capped(patient_one), 0);
  EXPECT_EQ(count(patient_one, "waits_until IS NOT NULL"), 4);
  const auto seen = openings(patient_one);
  EXPECT_TRUE(seen == "0h 6, 4h 4" || seen == "0h 6, 5h 4") << seen;
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient r JOIN campaign_part p USING "
                        "(campaign_no) WHERE r.seq BETWEEN p.from_seq AND p.to_seq AND "
                        "r.waits_until IS DISTINCT FROM p.opens_at"),
            0);
  const auto why = nlohmann::json::parse(
      need(recipients->timeline(who, id_of(patient_one), "+4915112345600")))["events"];
  EXPECT_EQ(why[0]["what"]["code"], "event_waits_for_cap");
  EXPECT_EQ(capped(launch(5, 12)), 10) << "whoever waits has a place, too";
}

TEST_F(waiting, nobody_waits_beyond_the_end_or_for_a_place_on_a_list) {
  campaigns->lay_down({{1, std::chrono::hours{24}}});
  deliver(launch(5, 4), 20);
  auto short_one = patient();
  short_one.expires_at.emplace(testing::campaign_stores::now() + std::chrono::hours{3});
  const auto first = launch(short_one, 10);
  EXPECT_EQ(capped(first), 4);
  const auto second = launch(patient(), 12);
  EXPECT_EQ(capped(second), 6) << "those stand on a list that runs";
  EXPECT_EQ(count(second, "waits_until IS NOT NULL"), 4);
}

TEST_F(waiting, all_wait_alike_and_the_list_keeps_its_order) {
  campaigns->lay_down({{1, std::chrono::hours{24}}});
  deliver(launch(5, 4), 20);
  const auto all = launch(patient(), 4);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part WHERE opens_at > now() + interval '3 "
                        "hours' AND campaign_no = " +
                        all),
            1);
}

TEST_F(waiting, whoever_can_be_got_does_not_wait) {
  campaigns->lay_down({{2, std::chrono::hours{7 * 24}}});
  const auto low = launch(2, 10);
  deliver(launch(3, 10), 1);
  const auto high = launch(patient(8), 10);
  EXPECT_EQ(given(low, high), 10);
  EXPECT_EQ(count(high, "waits_until IS NOT NULL"), 0);
}

TEST_F(waiting, a_list_that_is_decided_anew_waits_for_what_is_so_now) {
  campaigns->lay_down({{1, std::chrono::hours{24}}});
  deliver(launch(5, 4), 20);
  auto later = patient();
  later.scheduled_for.emplace(testing::campaign_stores::now() + std::chrono::hours{1});
  const auto id = add(later, 6);
  const auto no = launch_it(id);
  ASSERT_EQ(count(no, "waits_until IS NOT NULL"), 4);
  EXPECT_NE(recipients->add(who, id, people(8)).error().message.find("frequency caps"),
            std::string::npos)
      << "they would be in one part with those who wait";
  core::campaign_draft back;
  back.scheduled_for.emplace();
  ASSERT_TRUE(need(campaigns->admin->update(who, id, back)).problems.empty());
  EXPECT_EQ(count(no, "waits_until IS NOT NULL"), 0);
  campaigns->lay_down({});
  launch_it(id);
  EXPECT_EQ(count(no, "waits_until IS NOT NULL"), 0);
  EXPECT_EQ(openings(no), "0h 6");
}

TEST_F(waiting, a_list_that_is_drawn_waits_too) {
  base.run("INSERT INTO customer (organization_no, phone, marketing_opt_in) SELECT 1, "
           "4915112345600 + i, true FROM generate_series(0, 19) i");
  campaigns->lay_down({{1, std::chrono::hours{24}}});
  deliver(launch(5, 4), 20);
  auto everybody = patient();
  everybody.target = core::target_type::all;
  const auto no = launch(everybody, 0);
  EXPECT_EQ(count(no, "waits_until IS NOT NULL AND screen = 0"), 4);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part WHERE campaign_no = " + no), 2);
}

TEST_F(arbitration, whom_it_claims_meanwhile_it_keeps) {
  const auto low = launch(3, 10);
  const auto id = add(draft(8), 10);
  base.run("BEGIN");
  base.run("SELECT FROM campaign WHERE no = " + low + " FOR NO KEY UPDATE");
  auto launching = std::async(std::launch::async, [&] { return campaigns->launch(who, id); });
  wait_until_it_waits();
  EXPECT_EQ(capped(low), 0) << "nobody sees it before it is sure";
  claim(low, 4);
  base.run("COMMIT");
  const auto high = std::to_string(need(launching.get()).no.value());
  EXPECT_EQ(given(low, high), 6);
  EXPECT_EQ(count(low, "screen = 0"), 4);
  EXPECT_EQ(count(high, "screen = 0"), 6);
  expect_counted(low);
  expect_counted(high);
}

TEST_F(arbitration, a_campaign_that_ends_meanwhile_need_not_give_up) {
  const auto low = launch(3, 10);
  const auto id = add(draft(8), 10);
  base.run("BEGIN");
  base.run("UPDATE campaign SET status = 'cancelled', completed_at = now() WHERE no = " + low);
  auto launching = std::async(std::launch::async, [&] { return campaigns->launch(who, id); });
  wait_until_it_waits();
  base.run("COMMIT");
  const auto high = std::to_string(need(launching.get()).no.value());
  EXPECT_EQ(capped(low), 0);
  EXPECT_EQ(capped(high), 0);
  expect_counted(low);
}

TEST_F(arbitration, a_campaign_that_somebody_keeps_locked_gives_nobody_up) {
  campaigns->lay_down({{2, std::chrono::hours{7 * 24}}});
  const auto lowest = launch(2, 10);
  const auto low = launch(3, 6);
  campaigns->lay_down({{1, std::chrono::hours{7 * 24}}});
  const auto id = add(draft(8), 10);
  base.run("BEGIN");
  base.run("SELECT FROM campaign WHERE no = " + low + " FOR NO KEY UPDATE");
  auto launching = std::async(std::launch::async, [&] { return campaigns->launch(who, id); });
  const auto high = std::to_string(need(launching.get()).no.value());
  base.run("COMMIT");
  EXPECT_EQ(capped(low), 0);
  EXPECT_EQ(given(lowest, high), 4) << "those of whom both had to give one up stay with both";
  EXPECT_EQ(capped(high), 6);
  for (const auto& one : {lowest, low, high})
    expect_counted(one);
}

TEST_F(arbitration, a_list_that_is_changed_at_this_moment_gives_nobody_up) {
  const auto low = launch(3, 10);
  base.run("BEGIN");
  base.run("SELECT pg_advisory_xact_lock(21333, " + low + ")");
  EXPECT_EQ(capped(launch(8, 12)), 10);
  base.run("COMMIT");
  EXPECT_EQ(capped(launch(9, 4)), 0);
}

/// Campaigns of all priorities, launched, claimed and ended at random.
TEST_F(arbitration, nobody_ever_has_more_than_the_caps_allow) {
  campaigns->lay_down({{2, std::chrono::hours{7 * 24}}, {3, std::chrono::hours{30 * 24}}});
  std::mt19937 random{11}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same ones each time
  const auto some = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  std::vector<std::string> all;
  for (int run = 0; run < 40; ++run) {
    const auto launched = campaigns->launch(who, add(draft(1 + some(9)), 5 + some(20)));
    if (launched && launched->obstacles.empty())
      all.push_back(std::to_string(launched->no.value()));
    const auto& one = all[static_cast<std::size_t>(some(static_cast<int>(all.size())))];
    if (some(4) == 0) {
      base.run("UPDATE campaign SET status = 'cancelled', completed_at = now() WHERE status = "
               "'sending' AND no = " +
               one);
    } else if (base.number("SELECT count(*) FROM campaign_part p JOIN campaign c ON c.no = "
                           "p.campaign_no WHERE c.status = 'sending' AND next_seq + 3 <= to_seq "
                           "AND campaign_no = " +
                           one) == 1) {
      base.run("INSERT INTO delivery (campaign_no, seq, state, accepted_ms) SELECT campaign_no, "
               "seq, 2, (extract(epoch FROM now()) * 1000)::int8 FROM campaign_recipient JOIN "
               "campaign_part USING (campaign_no) WHERE screen = 0 AND seq BETWEEN next_seq AND "
               "next_seq + 2 AND campaign_no = " +
               one);
      claim(one, 3);
    }
    ASSERT_LE(base.number(
                  "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM campaign_recipient r "
                  "JOIN campaign c ON c.no = r.campaign_no LEFT JOIN delivery d ON d.campaign_no = "
                  "r.campaign_no AND d.seq = r.seq WHERE screen = 0 AND (d.seq IS NOT NULL OR "
                  "c.status = 'sending') GROUP BY r.phone) p"),
              2)
        << run;
    ASSERT_EQ(base.number("SELECT count(*) FROM campaign_recipient r JOIN delivery d ON "
                          "d.campaign_no = r.campaign_no AND d.seq = r.seq WHERE r.screen <> 0"),
              0)
        << "nobody is given up behind his message";
    ASSERT_EQ(base.number("SELECT count(*) FROM campaign_recipient r JOIN campaign l ON l.no = "
                          "r.campaign_no JOIN campaign w ON w.no = r.by_campaign WHERE l.priority "
                          ">= w.priority"),
              0);
    for (const auto& campaign : all)
      expect_counted(campaign);
  }
  EXPECT_GT(base.number("SELECT count(*) FROM campaign_recipient WHERE by_campaign IS NOT NULL"),
            50);
}

} // namespace

} // namespace stentor::postgres
