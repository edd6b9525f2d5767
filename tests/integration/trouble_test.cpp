/// Trouble with accounts, templates, tokens, webhooks and the database, on real parts: it is loud,
/// it costs nobody a message, and sending goes on once the cause is mended.

#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace stentor::testing {
namespace {

class trouble : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }

  test_environment& env = test_environment::one();
};

} // namespace

TEST_F(trouble, a_template_that_meta_pauses_stops_its_campaigns_with_a_reason) {
  const auto c = env.campaigns.launch(1500);
  ASSERT_TRUE(
      env.daemon.wait("some to be sent", 20s, [&] { return env.campaigns.accepted(c) > 200; }));
  env.simulator.faults({{"template_status", {{"tour_package_marketing", "PAUSED"}}}});
  ASSERT_TRUE(env.campaigns.wait_status(c, "paused"));
  EXPECT_NE(env.campaigns.get(c)["statusReason"].value("text", "").find("132015"),
            std::string::npos)
      << env.campaigns.get(c);
  EXPECT_NE(env.api.call("GET", "/api/status").text.find("132015"), std::string::npos);

  env.simulator.faults({{"template_status", {{"tour_package_marketing", "APPROVED"}}}});
  ASSERT_EQ(env.api.call("POST", path_of(c, "/resume")).status, 200);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 1500U);
}

/// Meta lets some messages of a template through, holds the others back and decides: whoever has
/// not been claimed by then waits, and nobody is lost.
TEST_F(trouble, a_template_that_meta_paces_waits_for_its_word) {
  env.simulator.faults({{"pace_after", 300}});
  const auto c = env.campaigns.launch(3'000);
  json plan;
  ASSERT_TRUE(env.daemon.wait("the campaign to wait for Meta", 20s, [&] {
    plan = env.api.call("GET", path_of(c, "/plan")).body();
    return plan["now"].value("limitedBy", json{}) == "pacing";
  })) << plan;
  EXPECT_EQ(env.campaigns.get(c)["status"], "sending");
  EXPECT_GT(env.campaigns.get(c).value("pacedCount", 0), 0);
  const auto waiting = env.campaigns.accepted(c);
  EXPECT_LT(waiting, 3'000U);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 3'000U);
}

TEST_F(trouble, an_invalid_token_stops_its_numbers_loudly_until_there_is_a_new_one) {
  env.simulator.faults({{"errors", {{"190", 1.0}}}});
  const auto c = env.campaigns.launch(300);
  ASSERT_TRUE(env.daemon.wait("the alarm", 20s, [&] {
    return env.api.call("GET", "/api/status").text.find("190") != std::string::npos;
  }));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(env.daemon.wait("every number of the token to be named", 10s, [&] {
      return env.api.call("GET", "/api/status").text.find(env.number(i)) != std::string::npos;
    }));
  EXPECT_GE(env.daemon.log_count(" critical "), 1U);
  EXPECT_EQ(env.campaigns.accepted(c), 0U);

  env.simulator.faults({{"errors", json::object()}});
  env.write("token", "second-token\n");
  env.daemon.signal(SIGHUP);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 300U);
  EXPECT_EQ(env.api.call("GET", "/api/status").body()["alarms"].size(), 0U);
  EXPECT_EQ(env.daemon.log().find("second-token"), std::string::npos);
  EXPECT_EQ(env.daemon.log().find("first-token"), std::string::npos);
}

TEST_F(trouble, a_broken_configuration_keeps_the_old_one) {
  const auto before = env.daemon.log_count("was not reloaded");
  env.write("stentor.yaml", "numbers: [\n");
  env.daemon.signal(SIGHUP);
  EXPECT_TRUE(env.daemon.wait("the refusal", 10s,
                              [&] { return env.daemon.log_count("was not reloaded") > before; }));
  EXPECT_EQ(env.api.call("GET", "/readyz").status, 200);
  env.write_configuration();
  const auto c = env.campaigns.launch(30);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
}

TEST_F(trouble, a_forged_webhook_changes_nothing) {
  const auto phone = env.campaigns.people(1).front();
  const auto body = text_message(phone, "STOP");
  EXPECT_EQ(env.api.webhook(body, "sha256=" + std::string(64, '0')).status, 401);
  EXPECT_EQ(env.api.webhook(body, "").status, 401);
  EXPECT_EQ(env.api.webhook(body, "sha1=abc").status, 401);
  EXPECT_EQ(env.database.stops_of(phone), 0);
  EXPECT_EQ(env.api.webhook(body).status, 200);
  EXPECT_EQ(env.database.stops_of(phone), 1) << "200 means durable";
  EXPECT_EQ(env.api.webhook(body).status, 200) << "Meta repeats webhooks";
  EXPECT_EQ(env.database.stops_of(phone), 1);
}

TEST_F(trouble, a_webhook_that_cant_be_stored_is_refused_until_it_can) {
  // Without its configuration PostgreSQL can't come back by itself.
  const auto file = env.folder() / "state" / "database" / "postgresql.conf";
  const auto hidden = env.folder() / "state" / "database" / "postgresql.hidden";
  std::filesystem::rename(file, hidden);
  ::kill(env.daemon.postmaster(), SIGQUIT);
  const auto phone = env.campaigns.people(1).front();
  EXPECT_TRUE(env.daemon.wait("a refusal", 30s, [&] {
    return env.api.webhook(text_message(phone, "STOP")).status == 503;
  }));
  EXPECT_EQ(env.api.call("GET", "/healthz").status, 200);
  EXPECT_TRUE(env.daemon.wait("not ready", 20s,
                              [&] { return env.api.call("GET", "/readyz").status == 503; }));
  std::filesystem::rename(hidden, file);
  EXPECT_TRUE(env.daemon.wait("the repeated webhook to be taken", 40s, [&] {
    return env.api.webhook(text_message(phone, "STOP")).status == 200;
  }));
  EXPECT_EQ(env.database.stops_of(phone), 1);
  EXPECT_TRUE(
      env.daemon.wait("ready", 30s, [&] { return env.api.call("GET", "/readyz").status == 200; }));
  const auto c = env.campaigns.launch(50);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
}

} // namespace stentor::testing
