/// Trouble with accounts, templates, tokens, webhooks and the database, on real parts: it is loud,
/// it costs nobody a message, and sending goes on once the cause is mended.

#include "tests/integration/house.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace stentor::testing {
namespace {

class trouble : public ::testing::Test {
protected:
  void SetUp() override { h.tidy(); }

  house& h = house::one();
};

} // namespace

TEST_F(trouble, a_template_that_meta_pauses_stops_its_campaigns_with_a_reason) {
  const auto c = h.launch(1500);
  ASSERT_TRUE(h.wait("some to be sent", 20s, [&] { return h.accepted(c) > 200; }));
  h.faults({{"template_status", {{"tour_package_marketing", "PAUSED"}}}});
  ASSERT_TRUE(h.wait_status(c, "paused"));
  EXPECT_NE(h.get(c).value("statusReason", "").find("132015"), std::string::npos) << h.get(c);
  EXPECT_NE(h.call("GET", "/api/status").text.find("132015"), std::string::npos);

  h.faults({{"template_status", {{"tour_package_marketing", "APPROVED"}}}});
  ASSERT_EQ(h.call("POST", house::path(c, "/resume")).status, 200);
  EXPECT_EQ(house::blame(h.settled(c)), "");
  EXPECT_EQ(h.accepted(c), 1500U);
}

TEST_F(trouble, an_invalid_token_stops_its_numbers_loudly_until_there_is_a_new_one) {
  h.faults({{"errors", {{"190", 1.0}}}});
  const auto c = h.launch(300);
  ASSERT_TRUE(h.wait("the alarm", 20s, [&] {
    return h.call("GET", "/api/status").text.find("190") != std::string::npos;
  }));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(h.wait("every number of the token to be named", 10s, [&] {
      return h.call("GET", "/api/status").text.find(h.number(i)) != std::string::npos;
    }));
  EXPECT_GE(h.said(" critical "), 1U);
  EXPECT_EQ(h.accepted(c), 0U);

  h.faults({{"errors", json::object()}});
  h.write("token", "second-token\n");
  h.signal_daemon(SIGHUP);
  EXPECT_EQ(house::blame(h.settled(c)), "");
  EXPECT_EQ(h.accepted(c), 300U);
  EXPECT_EQ(h.call("GET", "/api/status").body()["alarms"].size(), 0U);
  EXPECT_EQ(h.log().find("second-token"), std::string::npos);
  EXPECT_EQ(h.log().find("first-token"), std::string::npos);
}

TEST_F(trouble, a_broken_configuration_keeps_the_old_one) {
  const auto before = h.said("was not reloaded");
  h.write("stentor.yaml", "numbers: [\n");
  h.signal_daemon(SIGHUP);
  EXPECT_TRUE(h.wait("the refusal", 10s, [&] { return h.said("was not reloaded") > before; }));
  EXPECT_EQ(h.call("GET", "/readyz").status, 200);
  h.write_configuration();
  const auto c = h.launch(30);
  EXPECT_EQ(house::blame(h.settled(c)), "");
}

TEST_F(trouble, a_forged_webhook_changes_nothing) {
  const auto phone = h.people(1).front();
  const auto body = house::text_message(phone, "STOP");
  EXPECT_EQ(h.webhook(body, "sha256=" + std::string(64, '0')).status, 401);
  EXPECT_EQ(h.webhook(body, "").status, 401);
  EXPECT_EQ(h.webhook(body, "sha1=abc").status, 401);
  EXPECT_EQ(h.stops_of(phone), 0);
  EXPECT_EQ(h.webhook(body).status, 200);
  EXPECT_EQ(h.stops_of(phone), 1) << "200 means durable";
  EXPECT_EQ(h.webhook(body).status, 200) << "Meta repeats webhooks";
  EXPECT_EQ(h.stops_of(phone), 1);
}

TEST_F(trouble, a_webhook_that_cant_be_stored_is_refused_until_it_can) {
  // Without its configuration PostgreSQL can't come back by itself.
  const auto file = h.folder() / "state" / "database" / "postgresql.conf";
  const auto hidden = h.folder() / "state" / "database" / "postgresql.hidden";
  std::filesystem::rename(file, hidden);
  ::kill(h.postmaster(), SIGQUIT);
  const auto phone = h.people(1).front();
  EXPECT_TRUE(h.wait("a refusal", 30s,
                     [&] { return h.webhook(house::text_message(phone, "STOP")).status == 503; }));
  EXPECT_EQ(h.call("GET", "/healthz").status, 200);
  EXPECT_TRUE(h.wait("not ready", 20s, [&] { return h.call("GET", "/readyz").status == 503; }));
  std::filesystem::rename(hidden, file);
  EXPECT_TRUE(h.wait("the repeated webhook to be taken", 40s,
                     [&] { return h.webhook(house::text_message(phone, "STOP")).status == 200; }));
  EXPECT_EQ(h.stops_of(phone), 1);
  EXPECT_TRUE(h.wait("ready", 30s, [&] { return h.call("GET", "/readyz").status == 200; }));
  const auto c = h.launch(50);
  EXPECT_EQ(house::blame(h.settled(c)), "");
}

} // namespace stentor::testing
