/// Meta's messaging limit on real parts: what the receiver counts.

#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

namespace stentor::testing {
namespace {

class messaging_limit : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }
  void TearDown() override { reload(""); }

  void reload(const std::string& more) {
    const auto before = env.daemon.log_count("Reloaded tier");
    env.write_configuration(more);
    env.daemon.signal(SIGHUP);
    EXPECT_TRUE(env.daemon.wait("the reload", 10s,
                                [&] { return env.daemon.log_count("Reloaded tier") > before; }));
  }

  test_environment& env = test_environment::one();
};

TEST_F(messaging_limit, nobody_above_it_gets_a_message_until_the_next_day) {
  reload("tier: {limit: 100, headroom: 10}\n");
  const auto c = env.campaigns.launch(150);
  ASSERT_TRUE(env.daemon.wait("what may go", 30s, [&] { return env.campaigns.accepted(c) >= 90; }));
  // It is known to be reached once the plan says so; several claims were cut off meanwhile.
  ASSERT_TRUE(env.daemon.wait("the plan", 30s, [&] {
    const auto plan = env.api.call("GET", path_of(c, "/plan")).body();
    return plan.value("now", json::object()).value("limitedBy", "") == "tier";
  })) << env.api.call("GET", path_of(c, "/plan")).text;
  EXPECT_EQ(env.campaigns.accepted(c), 90U);
  const auto limits = env.api.call("GET", "/api/whatsapp/portfolios").body()["data"];
  ASSERT_EQ(limits.size(), 1U);
  EXPECT_EQ(limits[0].value("limit", 0), 100);
  EXPECT_EQ(limits[0].value("mayUse", 0), 90);
  EXPECT_EQ(limits[0].value("used", 0), 90);
  EXPECT_EQ(env.campaigns.get(c).value("status", ""), "sending");

  env.database.sql("WITH people AS (UPDATE tier_person SET minute = minute - 1500) "
                   "UPDATE tier_minute SET minute = minute - 1500"); // a day passes
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c, 90s)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 150U);
}

} // namespace
} // namespace stentor::testing
