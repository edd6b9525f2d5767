/// Frequency caps over several campaigns: a list that runs is a reservation.
#include "adapters/postgres/delivery/ledger.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>

namespace stentor::postgres {

namespace {

using testing::need;

class frequency : public testing::admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    campaigns.emplace(base.options(), *phones);
    campaigns->lay_down({{2, std::chrono::hours{7 * 24}}});
  }
  /// To the first n people; its number.
  std::string launch(int n, const std::string& template_name = "offer") {
    const auto id = campaigns->make(who, testing::campaign_stores::draft(template_name));
    need(recipients->add(who, id, people(n)));
    const auto launched = need(campaigns->launch(who, id));
    EXPECT_EQ(core::text_of(launched.obstacles), "");
    return std::to_string(launched.no.value());
  }
  int capped(const std::string& campaign) {
    return static_cast<int>(base.number("SELECT count(*) FROM campaign_recipient WHERE screen = 6 "
                                        "AND campaign_no = " +
                                        campaign));
  }
  /// Everybody of it got the message so many days ago, and it is over.
  void deliver(const std::string& campaign, int days_ago, const std::string& state = "2") {
    base.run("INSERT INTO delivery (campaign_no, seq, state, accepted_ms) SELECT " + campaign +
             ", seq, " + state + ", (extract(epoch FROM now() - interval '1 day' * " +
             std::to_string(days_ago) +
             ") * 1000)::int8 FROM campaign_recipient WHERE campaign_no = " + campaign +
             " AND screen = 0");
    base.run(
        "UPDATE campaign SET status = 'completed', completed_at = now() - interval '1 day' * " +
        std::to_string(days_ago) + " WHERE no = " + campaign);
  }
  std::optional<testing::campaign_stores> campaigns;
};

TEST_F(frequency, the_third_campaign_of_a_week_leaves_out_who_had_two) {
  launch(10);
  launch(6);
  const auto third = launch(20);
  EXPECT_EQ(capped(third), 6);
  EXPECT_EQ(base.text("SELECT screened ->> '6' FROM campaign WHERE no = " + third), "6");
  EXPECT_EQ(base.number("SELECT screened_count FROM campaign WHERE no = " + third), 6);
}

TEST_F(frequency, counts_from_the_acceptance_and_forgets_after_its_time) {
  deliver(launch(10), 3);
  deliver(launch(10), 8);
  EXPECT_EQ(capped(launch(12)), 0) << "one of the two is older than a week";
}

TEST_F(frequency, a_message_that_failed_does_not_count) {
  deliver(launch(10), 1, "6");
  launch(10);
  EXPECT_EQ(capped(launch(12)), 0);
}

TEST_F(frequency, a_late_try_of_a_completed_campaign_counts) {
  const auto late = launch(10);
  deliver(late, 1, "6");
  base.run("INSERT INTO retry_queue (campaign_no, seq, attempt, retries, due_ms) SELECT " + late +
           ", seq, 1, 1, (extract(epoch FROM now() + interval '1 day') * 1000)::int8 FROM "
           "campaign_recipient WHERE campaign_no = " +
           late);
  launch(10);
  EXPECT_EQ(capped(launch(12)), 10);
}

TEST_F(frequency, who_is_left_over_when_a_campaign_is_cancelled_does_not_count) {
  const auto first = launch(10);
  launch(10);
  base.run("UPDATE campaign SET status = 'cancelled', completed_at = now() WHERE no = " + first);
  EXPECT_EQ(capped(launch(12)), 0);
}

TEST_F(frequency, does_not_concern_what_is_no_marketing) {
  launch(10);
  launch(10);
  const auto utility = launch(10, "receipt");
  EXPECT_EQ(capped(utility), 0);
  EXPECT_EQ(capped(launch(12)), 10) << "nor does that count";
}

TEST_F(frequency, all_caps_hold) {
  campaigns->lay_down({{1, std::chrono::hours{24}}, {3, std::chrono::hours{30 * 24}}});
  deliver(launch(5), 2);
  EXPECT_EQ(capped(launch(8)), 0);
  EXPECT_EQ(capped(launch(9)), 8) << "one a day";
}

TEST_F(frequency, without_caps_nobody_is_left_out) {
  campaigns->lay_down({});
  launch(3);
  launch(3);
  EXPECT_EQ(capped(launch(4)), 0);
}

TEST_F(frequency, who_was_capped_and_then_said_stop_is_stopped_when_it_starts_again) {
  launch(4);
  launch(4);
  const auto id = campaigns->make(who, testing::campaign_stores::draft());
  need(recipients->add(who, id, people(6)));
  base.run("UPDATE campaign SET scheduled_for = now() + interval '1 hour' WHERE id::text = '" + id +
           "'");
  const auto no = std::to_string(need(campaigns->launch(who, id)).no.value());
  ASSERT_EQ(capped(no), 4);
  base.run(
      "INSERT INTO suppression (organization_no, phone, reason, stopped_at, created_at) SELECT "
      "1, phone, 'stop_word', now() - interval '1 day', now() - interval '1 day' FROM "
      "campaign_recipient WHERE screen = 6 ORDER BY seq LIMIT 1");
  campaigns->lay_down({});
  core::campaign_draft taken_back;
  taken_back.scheduled_for.emplace();
  ASSERT_TRUE(need(campaigns->admin->update(who, id, taken_back)).problems.empty());
  need(campaigns->launch(who, id));
  EXPECT_EQ(capped(no), 0);
  EXPECT_EQ(base.number(
                "SELECT count(*) FROM campaign_recipient WHERE screen = 4 AND campaign_no = " + no),
            1)
      << "the stop is older than what a claim looks for";
}

TEST_F(frequency, everybody_capped_is_an_obstacle_that_says_so) {
  launch(4);
  launch(4);
  const auto id = campaigns->make(who, testing::campaign_stores::draft());
  need(recipients->add(who, id, people(4)));
  const auto refused = need(campaigns->launch(who, id));
  ASSERT_EQ(refused.obstacles.size(), 1U);
  EXPECT_EQ(refused.obstacles[0].code, "all_screened_out");
  EXPECT_EQ(refused.obstacles[0].text, "All recipients were screened out: frequency 4.");
}

TEST_F(frequency, a_stop_does_not_wait_for_a_launch_that_counts) {
  base.run("BEGIN");
  need(base.db().call("frequency_hold", params{}.integer(1)));
  auto options = base.options();
  options.statement_timeout = std::chrono::seconds{5};
  auto book = need(ledger::open(std::move(options)));
  ports::ledger_write stop;
  stop.suppressions.push_back({.organization = core::organization_no{1},
                               .person = 4915112345601,
                               .user_id = {},
                               .reason = "stop_word",
                               .evidence = "STOP",
                               .at_ms = 1'900'000'000'000,
                               .lift = false});
  EXPECT_TRUE(book->commit(stop).ok());
  base.run("COMMIT");
}

} // namespace

} // namespace stentor::postgres
