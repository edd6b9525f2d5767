/// What must not cost a message: processes that are killed, connections that end, answers that
/// never come, a database that dies. Each test ends with the simulator's record against the rows.

#include "tests/integration/house.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <random>

namespace stentor::testing {
namespace {

class faults : public ::testing::Test {
protected:
  void SetUp() override { h.tidy(); }

  /// A campaign of so many, when so many of it have been accepted.
  made_campaign under_way(int people, std::size_t accepted, const json& changes = json::object()) {
    const auto c = h.launch(people, changes);
    EXPECT_TRUE(h.wait("some to be sent", 30s, [&] { return h.accepted(c) >= accepted; }));
    return c;
  }

  /// Ended as it should: nothing lost, nothing twice, nobody left in doubt.
  void expect_whole(const made_campaign& c, std::size_t people) {
    const auto report = h.settled(c);
    EXPECT_EQ(house::blame(report), "");
    EXPECT_EQ(report.in_doubt, 0U);
    EXPECT_EQ(h.get(c).value("status", ""), "completed");
    EXPECT_EQ(h.get(c).value("sentCount", 0U), people);
  }

  house& h = house::one();
};

} // namespace

TEST_F(faults, a_killed_daemon_goes_on_by_itself) {
  std::mt19937_64 random{20261122};
  for (const auto* policy : {"hold", "resend", "hold"}) {
    SCOPED_TRACE(policy);
    const auto at = 100 + random() % 1000;
    const auto c = under_way(1500, at, {{"inDoubtPolicy", policy}});
    EXPECT_EQ(h.stop_daemon(SIGKILL), 128 + SIGKILL);
    h.start_daemon();
    const auto report = h.settled(c);
    EXPECT_EQ(house::blame(report), "");
    const auto sent = h.get(c).value("sentCount", 0U);
    EXPECT_EQ(sent, h.accepted(c)) << "what was accepted is known by its webhooks";
    EXPECT_EQ(sent + report.in_doubt, 1500U);
    // What was marked and not yet written is in doubt: less than half a second of each number.
    EXPECT_LT(static_cast<double>(report.in_doubt), 3 * h.rate() / 2);
    if (policy == std::string{"resend"}) {
      EXPECT_EQ(report.in_doubt, 0U);
    }
  }
}

TEST_F(faults, sigterm_under_load_leaves_nothing_in_doubt) {
  const auto c = under_way(1800, 400);
  EXPECT_EQ(h.stop_daemon(SIGTERM), 0);
  const auto sent = h.accepted(c);
  EXPECT_LT(sent, 1800U);
  h.start_daemon();
  EXPECT_EQ(h.call("GET", "/api/status").body().value("inDoubtRecovered", -1), 0);
  expect_whole(c, 1800);
}

TEST_F(faults, postgresql_is_killed_under_load) {
  const auto c = under_way(2400, 300);
  // One backend: the server throws all sessions out and recovers.
  const auto backend = h.count("SELECT pid FROM pg_stat_activity WHERE application_name LIKE "
                               "'stentor ledger%' LIMIT 1");
  ::kill(static_cast<pid_t>(backend), SIGKILL);
  ASSERT_TRUE(h.wait("sending to go on", 40s, [&] { return h.accepted(c) > 900; }));
  ::kill(h.postmaster(), SIGKILL);
  expect_whole(c, 2400);
}

TEST_F(faults, goaway_and_resets) {
  h.faults({{"goaway_every", 150}});
  expect_whole(h.launch(1200), 1200);
  // A reset may catch requests that were written and never read: nobody can tell, so they stay in
  // doubt.
  h.faults({{"goaway_every", 0}, {"reset_every", 200}});
  const auto c = h.launch(1200);
  const auto truth = h.settled(c);
  EXPECT_EQ(house::blame(truth), "");
  EXPECT_EQ(h.get(c).value("sentCount", 0U) + truth.in_doubt, 1200U);
  EXPECT_LT(truth.in_doubt, 100U);
}

TEST_F(faults, answers_that_never_come_are_settled_by_webhooks) {
  h.faults({{"drop_answer", 0.1}});
  const auto c = h.launch(400);
  expect_whole(c, 400);
}

TEST_F(faults, requests_without_any_trace_follow_the_policy) {
  h.faults({{"stall", 0.2}});
  const auto held = h.launch(100, {{"inDoubtPolicy", "hold"}});
  const auto failed = h.launch(100, {{"inDoubtPolicy", "fail"}});
  const auto resent = h.launch(100, {{"inDoubtPolicy", "resend"}});
  const auto first = h.settled(held);
  EXPECT_EQ(house::blame(first), "");
  EXPECT_GT(first.in_doubt, 3U);
  EXPECT_EQ(h.get(held).value("sentCount", 0U) + first.in_doubt, 100U);
  const auto second = h.settled(failed);
  EXPECT_EQ(house::blame(second), "");
  EXPECT_EQ(second.in_doubt, 0U);
  EXPECT_GT(h.get(failed).value("failedCount", 0), 3);
  h.faults({{"stall", 0}});
  const auto third = h.settled(resent);
  EXPECT_EQ(house::blame(third), "");
  EXPECT_EQ(h.get(resent).value("sentCount", 0), 100);
}

TEST_F(faults, a_storm_of_throttling_slows_down_and_passes) {
  h.faults({{"errors", {{"130429", 1.0}}}});
  const auto c = h.launch(1000);
  ASSERT_TRUE(h.wait("the storm to be felt", 20s,
                     [&] { return h.figures()["refused_by_code"].value("130429", 0) > 20; }));
  h.faults({{"errors", json::object()}});
  expect_whole(c, 1000);
  std::size_t refused = 0;
  for (const auto& each : h.truth().requests)
    refused += each.code == 130429 ? 1 : 0;
  EXPECT_LT(refused, 1500U) << "it slowed down instead of insisting";
}

TEST_F(faults, the_other_side_goes_away_and_comes_back) {
  const auto c = under_way(2000, 300);
  const auto noticed = h.said("No connection to");
  h.stop_simulator();
  ASSERT_TRUE(
      h.wait("the daemon to notice", 20s, [&] { return h.said("No connection to") > noticed; }));
  h.start_simulator();
  const auto report = h.settled(c);
  EXPECT_EQ(house::blame(report), "");
  // The statuses of what was in flight died with the first simulator, so these stay in doubt.
  EXPECT_EQ(h.get(c).value("sentCount", 0U) + report.in_doubt, 2000U);
}

TEST_F(faults, a_second_daemon_on_the_same_folder_is_refused) {
  const auto second = h.run({"serve", "--config", h.configuration_file()}, 30s);
  EXPECT_EQ(second.status, 4) << second.output;
  EXPECT_NE(second.output.find("state"), std::string::npos) << second.output;
  EXPECT_EQ(h.call("GET", "/readyz").status, 200) << "the first one is not disturbed";
}

TEST_F(faults, a_campaign_with_a_broken_template_fails_alone) {
  // Meta disables it after the last synchronisation, so the launch still succeeds.
  h.faults({{"template_status", {{"hello_world", "DISABLED"}}}});
  const auto broken =
      h.launch(200, {{"templateName", "hello_world"}, {"templateVariables", nullptr}});
  const auto good = h.launch(1500);
  expect_whole(good, 1500);
  EXPECT_TRUE(h.wait_status(broken, "paused"));
  EXPECT_NE(h.get(broken).value("statusReason", ""), "");
  EXPECT_EQ(h.accepted(broken), 0U);
}

TEST_F(faults, memory_does_not_grow_with_the_campaign) {
  constexpr int people = 100'000;
  constexpr auto bound_kb = sanitized ? 1'000'000 : 200'000;
  // Everybody is imported, claimed and rendered as far as the numbers allow; then it is cancelled.
  const auto c = h.create(people);
  EXPECT_LT(h.daemon_rss_kb(), bound_kb) << "after the import";
  h.send(c);
  ASSERT_TRUE(h.wait("a few thousand to be sent", 60s,
                     [&] { return h.figures().value("accepted", 0) > 0 && h.accepted(c) > 3000; }));
  EXPECT_LT(h.daemon_rss_kb(), bound_kb) << "while it runs";
  EXPECT_EQ(h.call("POST", house::path(c, "/cancel")).status, 200);
  EXPECT_EQ(house::blame(h.settled(c)), "");
  EXPECT_LT(h.daemon_rss_kb(), bound_kb) << "when it is over";
}

} // namespace stentor::testing
