/// Lists that a real daemon draws when their campaigns start.

#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

namespace stentor::testing {
namespace {

class drawn_lists : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }

  static json of(const std::string& city, const json& more = json::object()) {
    json changes{{"targetType", "segment"},
                 {"segmentQuery",
                  {{"conditions", {{{"field", "city"}, {"operator", "eq"}, {"value", city}}}}}}};
    changes.update(more);
    return changes;
  }

  test_environment& env = test_environment::one();
};

} // namespace

TEST_F(drawn_lists, are_sent_to_once_they_are_there) {
  const auto people = env.campaigns.people(4);
  env.campaigns.keep_customers({people[0], people[1], people[2]}, "Drawnham");
  const auto c = env.campaigns.create_for({people[2], people[3]}, of("Drawnham"));
  const auto sent = env.api.call("POST", path_of(c, "/send"));
  ASSERT_EQ(sent.status, 202) << sent.text;
  EXPECT_TRUE(env.campaigns.wait_status(c, "completed", 60s));
  const auto done = env.campaigns.get(c);
  EXPECT_EQ(done.value("totalRecipients", 0), 5);
  EXPECT_EQ(done.value("screenedCount", 0), 1) << "each person once";
  EXPECT_EQ(done.value("sentCount", 0), 4);
  const auto jobs = env.api.call("GET", "/api/whatsapp/jobs").body();
  ASSERT_FALSE(jobs["data"].empty());
  EXPECT_EQ(jobs["data"][0].value("campaignId", ""), c.id);
  EXPECT_EQ(jobs["data"][0].value("state", ""), "done");
  EXPECT_EQ(jobs["data"][0]["result"].value("people", 0), 5);
}

TEST_F(drawn_lists, see_who_is_a_customer_at_the_start) {
  const auto people = env.campaigns.people(2);
  env.campaigns.keep_customers({people[0]}, "Laterton");
  const auto c =
      env.campaigns.create_for({}, of("Laterton", {{"scheduledFor", "2099-01-01T08:00:00Z"}}));
  env.campaigns.send(c);
  EXPECT_EQ(env.campaigns.get(c)["job"].value("state", ""), "waiting");
  EXPECT_EQ(env.campaigns.get(c).value("totalRecipients", -1), 0);
  env.campaigns.keep_customers({people[1]}, "Laterton");
  env.database.sql("UPDATE campaign SET scheduled_for = now() + interval '2 s' WHERE id = '" +
                   c.id + "'");
  env.database.sql("UPDATE job SET due_at = now() WHERE campaign_no = " + std::to_string(c.no));
  EXPECT_TRUE(env.campaigns.wait_status(c, "completed", 60s));
  EXPECT_EQ(env.campaigns.get(c).value("sentCount", 0), 2);
}

TEST_F(drawn_lists, of_nobody_pause_their_campaign_until_somebody_is_there) {
  const auto people = env.campaigns.people(1);
  const auto c = env.campaigns.create_for({}, of("Nobodyville"));
  env.campaigns.keep_customers(env.campaigns.people(1), "Elsewhere");
  env.campaigns.send(c);
  EXPECT_TRUE(env.campaigns.wait_status(c, "paused", 60s));
  const auto paused = env.campaigns.get(c);
  EXPECT_EQ(paused.value("pauseKind", ""), "audience");
  EXPECT_EQ(paused["statusReason"].value("code", ""), "list_not_drawn");
  EXPECT_NE(env.api.call("GET", "/api/status").text.find(c.id), std::string::npos);
  env.campaigns.keep_customers({people[0]}, "Nobodyville");
  EXPECT_EQ(env.api.call("POST", path_of(c, "/resume")).status, 200);
  EXPECT_TRUE(env.campaigns.wait_status(c, "completed", 60s));
  EXPECT_EQ(env.campaigns.get(c).value("sentCount", 0), 1);
}

TEST_F(drawn_lists, wait_for_a_daemon_that_is_away) {
  const auto people = env.campaigns.people(1);
  env.campaigns.keep_customers({people[0]}, "Awayford");
  const auto c =
      env.campaigns.create_for({}, of("Awayford", {{"scheduledFor", "2099-01-01T08:00:00Z"}}));
  env.campaigns.send(c);
  env.database.sql("UPDATE campaign SET scheduled_for = now() + interval '3 s' WHERE id = '" +
                   c.id + "'");
  env.database.sql("UPDATE job SET due_at = now() + interval '2 s' WHERE campaign_no = " +
                   std::to_string(c.no));
  env.daemon.stop(SIGKILL);
  env.daemon.start();
  EXPECT_TRUE(env.campaigns.wait_status(c, "completed", 60s));
  EXPECT_EQ(env.campaigns.get(c).value("sentCount", 0), 1);
}

} // namespace stentor::testing
