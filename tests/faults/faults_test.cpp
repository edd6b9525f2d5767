/// What must not cost a message: processes that are killed, connections that end, answers that
/// never come, a database that dies. Each test ends with the simulator's record against the rows.

#include "bench/load/harness/process_stats.hpp"
#include "stentor/core/delivery/pacing/share.hpp"
#include "stentor/ports/system/configuration.hpp"
#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <libpq-fe.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <random>

namespace stentor::testing {
namespace {

class faults : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }

  /// A campaign of so many, when so many of it have been accepted.
  made_campaign under_way(int people, std::size_t accepted, const json& changes = json::object()) {
    const auto c = env.campaigns.launch(people, changes);
    EXPECT_TRUE(env.daemon.wait("some to be sent", 30s,
                                [&] { return env.campaigns.accepted(c) >= accepted; }));
    return c;
  }

  /// Ended as it should: nothing lost, nothing twice, nobody left in doubt.
  void expect_whole(const made_campaign& c, std::size_t people) {
    const auto report = env.campaigns.wait_until_settled(c);
    EXPECT_EQ(violations(report), "");
    EXPECT_EQ(report.in_doubt, 0U);
    EXPECT_EQ(env.campaigns.get(c).value("status", ""), "completed");
    EXPECT_EQ(env.campaigns.get(c).value("sentCount", 0U), people);
  }

  /// Of a daemon that is killed now: each number has at most a window of its sending marked and not
  /// yet ended, which grows with the latency of the answers, or a slice when that is more.
  [[nodiscard]] std::size_t in_doubt_at_most() {
    const auto window = core::window_of(env.rate(), answers_latency_s());
    const auto slice = core::slice_size(env.rate(), ports::dispatch_settings{}.progress_interval);
    return env.number_count() * (static_cast<std::size_t>(window) + slice);
  }

  /// The 99th percentile since the daemon's start: its bucket's upper edge.
  [[nodiscard]] double answers_latency_s() {
    const std::string name = "stentor_gateway_latency_seconds";
    const auto text = env.api.call("GET", "/metrics").text;
    const auto value_after = [&](std::size_t at) {
      return std::strtod(text.c_str() + at, nullptr);
    };
    const auto count = text.find(name + "_count ");
    EXPECT_NE(count, std::string::npos);
    const auto wanted = 0.99 * value_after(count + name.size() + 7);
    const auto begin = name + "_bucket{le=\"";
    for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1))
      if (value_after(text.find("} ", at) + 2) >= wanted)
        return value_after(at + begin.size());
    return 0;
  }

  test_environment& env = test_environment::one();
};

} // namespace

TEST_F(faults, a_killed_daemon_goes_on_by_itself) {
  std::mt19937_64 random{20261122};
  for (const auto* policy : {"hold", "resend", "hold"}) {
    SCOPED_TRACE(policy);
    const auto at = 100 + random() % 1000;
    const auto c = under_way(1500, at, {{"inDoubtPolicy", policy}});
    const auto bound = in_doubt_at_most();
    EXPECT_EQ(env.daemon.stop(SIGKILL), 128 + SIGKILL);
    env.daemon.start();
    const auto report = env.campaigns.wait_until_settled(c);
    EXPECT_EQ(violations(report), "");
    const auto sent = env.campaigns.get(c).value("sentCount", 0U);
    EXPECT_EQ(sent, env.campaigns.accepted(c)) << "what was accepted is known by its webhooks";
    EXPECT_EQ(sent + report.in_doubt, 1500U);
    EXPECT_LE(report.in_doubt, bound);
    if (policy == std::string{"resend"}) {
      EXPECT_EQ(report.in_doubt, 0U);
    }
  }
}

TEST_F(faults, sigterm_under_load_leaves_nothing_in_doubt) {
  const auto c = under_way(1800, 400);
  EXPECT_EQ(env.daemon.stop(SIGTERM), 0);
  const auto sent = env.campaigns.accepted(c);
  EXPECT_LT(sent, 1800U);
  env.daemon.start();
  EXPECT_EQ(env.api.call("GET", "/api/status").body().value("inDoubtRecovered", -1), 0);
  expect_whole(c, 1800);
}

TEST_F(faults, postgresql_is_killed_under_load) {
  const auto c = under_way(2400, 300);
  // One backend: the server throws all sessions out and recovers.
  const auto backend =
      env.database.count("SELECT pid FROM pg_stat_activity WHERE application_name LIKE "
                         "'stentor ledger%' LIMIT 1");
  ::kill(static_cast<pid_t>(backend), SIGKILL);
  ASSERT_TRUE(
      env.daemon.wait("sending to go on", 40s, [&] { return env.campaigns.accepted(c) > 900; }));
  ::kill(env.daemon.postmaster(), SIGKILL);
  expect_whole(c, 2400);
}

TEST_F(faults, a_locked_row_costs_nobody_elses_lease) {
  const auto unrenewed = env.daemon.log_count("could not be renewed");
  const auto locked = env.campaigns.launch(2000);
  const auto other = under_way(3000, 300);
  const std::unique_ptr<PGconn, decltype(&PQfinish)> somebody{
      PQconnectdb(env.database.conninfo().c_str()), &PQfinish};
  const auto lock = "BEGIN; SELECT FROM campaign WHERE no = " + std::to_string(locked.no) +
                    " FOR UPDATE"; // as an import, a migration or an operator's psql may
  PQclear(PQexec(somebody.get(), lock.c_str()));
  const auto asked = std::chrono::steady_clock::now();
  const auto answer = env.api.call("POST", path_of(locked, "/pause"));
  EXPECT_EQ(answer.status, 503) << answer.text;
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 6s) << "it says so instead of waiting";
  const auto before = env.campaigns.accepted(other);
  // Longer than a lease, which is 3 s here.
  EXPECT_TRUE(env.daemon.wait("the other campaign to go on", 6s, [&] {
    return std::chrono::steady_clock::now() - asked > 5s &&
           env.campaigns.accepted(other) > before + 300;
  }));
  EXPECT_EQ(env.daemon.log_count("could not be renewed"), unrenewed);
  PQclear(PQexec(somebody.get(), "ROLLBACK"));
  expect_whole(other, 3000);
  // The pause that could not be written holds all the same, and is written later.
  ASSERT_TRUE(env.campaigns.wait_status(locked, "paused"));
  ASSERT_EQ(env.api.call("POST", path_of(locked, "/resume")).status, 200);
  expect_whole(locked, 2000);
}

TEST_F(faults, a_postgresql_that_hangs_is_noticed_and_forgiven) {
  const auto c = under_way(2400, 300);
  const auto server = load::read_family(env.daemon.postmaster());
  ASSERT_TRUE(server);
  const auto tell_server = [&](int signal) {
    ::kill(server->parent.pid, signal);
    for (const auto& [pid, ticks] : server->children)
      ::kill(pid, signal);
  };
  tell_server(SIGSTOP); // as a frozen host: connections stay, and nothing ever comes
  EXPECT_TRUE(env.daemon.wait("the daemon to be not ready", 15s,
                              [&] { return env.api.call("GET", "/readyz").status == 503; }));
  const auto sent = env.campaigns.accepted(c);
  EXPECT_LT(sent, 2400U) << "its leases are over, so it sends no more";
  tell_server(SIGCONT);
  EXPECT_TRUE(env.daemon.wait("the daemon to be ready again", 40s,
                              [&] { return env.api.call("GET", "/readyz").status == 200; }));
  const auto report = env.campaigns.wait_until_settled(c);
  EXPECT_EQ(violations(report), "");
  EXPECT_EQ(env.campaigns.get(c).value("sentCount", 0U) + report.in_doubt, 2400U);
}

TEST_F(faults, goaway_and_resets) {
  env.simulator.faults({{"goaway_every", 150}});
  expect_whole(env.campaigns.launch(1200), 1200);
  // A reset may catch requests that were written and never read: nobody can tell, so they stay in
  // doubt.
  env.simulator.faults({{"goaway_every", 0}, {"reset_every", 200}});
  const auto c = env.campaigns.launch(1200);
  const auto truth = env.campaigns.wait_until_settled(c);
  EXPECT_EQ(violations(truth), "");
  EXPECT_EQ(env.campaigns.get(c).value("sentCount", 0U) + truth.in_doubt, 1200U);
  EXPECT_LT(truth.in_doubt, 100U);
}

TEST_F(faults, answers_that_never_come_are_settled_by_webhooks) {
  env.simulator.faults({{"drop_answer", 0.1}});
  const auto c = env.campaigns.launch(400);
  expect_whole(c, 400);
}

TEST_F(faults, requests_without_any_trace_follow_the_policy) {
  env.simulator.faults({{"stall", 0.2}});
  const auto held = env.campaigns.launch(100, {{"inDoubtPolicy", "hold"}});
  const auto failed = env.campaigns.launch(100, {{"inDoubtPolicy", "fail"}});
  const auto resent = env.campaigns.launch(100, {{"inDoubtPolicy", "resend"}});
  const auto first = env.campaigns.wait_until_settled(held);
  EXPECT_EQ(violations(first), "");
  EXPECT_GT(first.in_doubt, 3U);
  EXPECT_EQ(env.campaigns.get(held).value("sentCount", 0U) + first.in_doubt, 100U);
  const auto second = env.campaigns.wait_until_settled(failed);
  EXPECT_EQ(violations(second), "");
  EXPECT_EQ(second.in_doubt, 0U);
  EXPECT_GT(env.campaigns.get(failed).value("failedCount", 0), 3);
  env.simulator.faults({{"stall", 0}});
  const auto third = env.campaigns.wait_until_settled(resent);
  EXPECT_EQ(violations(third), "");
  EXPECT_EQ(env.campaigns.get(resent).value("sentCount", 0), 100);
}

TEST_F(faults, a_storm_of_throttling_slows_down_and_passes) {
  env.simulator.faults({{"errors", {{"130429", 1.0}}}});
  const auto c = env.campaigns.launch(1000);
  ASSERT_TRUE(env.daemon.wait("the storm to be felt", 20s, [&] {
    return env.simulator.metrics()["refused_by_code"].value("130429", 0) > 20;
  }));
  env.simulator.faults({{"errors", json::object()}});
  expect_whole(c, 1000);
  std::size_t refused = 0;
  for (const auto& each : env.simulator.truth().requests)
    refused += each.code == 130429 ? 1 : 0;
  EXPECT_LT(refused, 1500U) << "it slowed down instead of insisting";
}

TEST_F(faults, the_other_side_goes_away_and_comes_back) {
  const auto c = under_way(2000, 300);
  const auto noticed = env.daemon.log_count("No connection to");
  env.simulator.stop();
  ASSERT_TRUE(env.daemon.wait("the daemon to notice", 20s,
                              [&] { return env.daemon.log_count("No connection to") > noticed; }));
  env.simulator.start();
  const auto report = env.campaigns.wait_until_settled(c);
  EXPECT_EQ(violations(report), "");
  // The statuses of what was in flight died with the first simulator, so these stay in doubt.
  EXPECT_EQ(env.campaigns.get(c).value("sentCount", 0U) + report.in_doubt, 2000U);
}

TEST_F(faults, a_second_daemon_on_the_same_folder_is_refused) {
  const auto second = env.daemon.run({"serve", "--config", env.configuration_file()}, 30s);
  EXPECT_EQ(second.status, 4) << second.output;
  EXPECT_NE(second.output.find("state"), std::string::npos) << second.output;
  EXPECT_EQ(env.api.call("GET", "/readyz").status, 200) << "the first one is not disturbed";
}

TEST_F(faults, a_campaign_with_a_broken_template_fails_alone) {
  // Meta disables it after the last synchronisation, so the launch still succeeds.
  env.simulator.faults({{"template_status", {{"hello_world", "DISABLED"}}}});
  const auto broken =
      env.campaigns.launch(200, {{"templateName", "hello_world"}, {"templateVariables", nullptr}});
  const auto good = env.campaigns.launch(1500);
  expect_whole(good, 1500);
  EXPECT_TRUE(env.campaigns.wait_status(broken, "paused"));
  EXPECT_FALSE(env.campaigns.get(broken)["statusReason"].value("code", "").empty());
  EXPECT_EQ(env.campaigns.accepted(broken), 0U);
}

TEST_F(faults, memory_does_not_grow_with_the_campaign) {
  constexpr int people = 100'000;
  constexpr auto bound_kb = sanitized ? 1'000'000 : 200'000;
  // Everybody is imported, claimed and rendered as far as the numbers allow; then it is cancelled.
  const auto c = env.campaigns.create(people);
  EXPECT_LT(env.daemon.rss_kb(), bound_kb) << "after the import";
  env.campaigns.send(c);
  ASSERT_TRUE(env.daemon.wait("a few thousand to be sent", 60s, [&] {
    return env.simulator.metrics().value("accepted", 0) > 0 && env.campaigns.accepted(c) > 3000;
  }));
  EXPECT_LT(env.daemon.rss_kb(), bound_kb) << "while it runs";
  EXPECT_EQ(env.api.call("POST", path_of(c, "/cancel")).status, 200);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_LT(env.daemon.rss_kb(), bound_kb) << "when it is over";
}

} // namespace stentor::testing
