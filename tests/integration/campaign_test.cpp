/// Campaigns from list to receipt on real parts: what is sent, when, how fast, and what the report
/// says afterwards, held against the simulator's own record.

#include "bench/checker/rates.hpp"
#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <set>

namespace stentor::testing {
namespace {

class campaigns : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }
  test_environment& env = test_environment::one();
};

/// The sends of one campaign in order of coming, refused ones as well.
std::vector<load::ground_truth::request> sends_of(const load::ground_truth& facts,
                                                  const made_campaign& c) {
  std::vector<load::ground_truth::request> found;
  for (const auto& each : facts.requests) {
    std::int32_t campaign = 0;
    std::int32_t seq = 0;
    std::int32_t attempt = 0;
    if (load::parse_callback_data(facts.callback_data(each), campaign, seq, attempt) &&
        campaign == c.no)
      found.push_back(each);
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.latest_us < b.latest_us; });
  return found;
}

std::uint64_t digits_of(const std::string& phone) {
  return std::stoull(phone.substr(1));
}

std::string iso_time(std::int64_t unix_s) {
  const std::time_t at = unix_s;
  std::tm parts{};
  ::gmtime_r(&at, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

/// A send window in UTC between two minutes since the epoch.
json window_of(std::int64_t from, std::int64_t until) {
  const auto clock = [](std::int64_t minute) {
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(minute / 60 % 24) + ":" + two(minute % 60);
  };
  return {{"from", clock(from)}, {"until", clock(until)}, {"timeZone", "UTC"}};
}

} // namespace

TEST_F(campaigns, end_to_end_the_report_equals_the_truth) {
  env.simulator.faults({{"errors", {{"131000", 0.03}, {"131026", 0.01}}},
                        {"failures", {{"131049", 0.02}, {"131026", 0.02}}},
                        {"read", 0.6},
                        {"reply", 0.05},
                        {"stop", 0.02},
                        {"duplicate", 0.05},
                        {"reorder", 0.1}});
  const auto c = env.campaigns.launch(800);
  const auto report = env.campaigns.wait_until_settled(c);
  EXPECT_EQ(violations(report), "");
  EXPECT_EQ(report.recipients, 800U);
  EXPECT_EQ(report.in_doubt, 0U);

  std::set<std::uint64_t> reached;
  for (const auto& each : sends_of(env.simulator.truth(), c))
    if (each.code == 0)
      reached.insert(each.person);
  const auto now = env.campaigns.get(c);
  EXPECT_EQ(now.value("status", ""), "completed");
  EXPECT_EQ(now.value("sentCount", 0U), reached.size());
  EXPECT_GT(now.value("deliveredCount", 0), 650);
  EXPECT_GT(now.value("readCount", 0), 350);
  EXPECT_GT(now.value("respondedCount", 0), 15);
  EXPECT_GT(now.value("optedOutCount", 0), 0);
  const auto facts = env.simulator.truth();
  EXPECT_GT(facts.stops.size(), 5U);
  for (const auto& stop : facts.stops)
    EXPECT_EQ(env.database.stops_of("+" + std::to_string(stop.person)), 1);

  // The counters are sums of the rows, and every recipient is in exactly one state.
  const auto no = std::to_string(c.no);
  EXPECT_EQ(now.value("deliveredCount", -1),
            env.database.count("SELECT count(*) FROM delivery WHERE campaign_no = " + no +
                               " AND coalesce(delivered_ms, read_ms) IS NOT NULL"));
  EXPECT_EQ(now.value("failedCount", -1),
            env.database.count("SELECT count(*) FROM recipient WHERE campaign_no = " + no +
                               " AND status = 'failed'"));
  EXPECT_TRUE(env.campaigns.stats(c)["balance"].value("adds", false))
      << env.campaigns.stats(c)["balance"];
  EXPECT_TRUE(env.campaigns.stats(c)["balance"].value("explained", false))
      << env.campaigns.stats(c)["balance"];
}

TEST_F(campaigns, a_refusal_for_today_comes_back_after_the_day) {
  env.simulator.faults({{"errors", {{"131049", 1.0}}}});
  const auto before = env.simulator.metrics()["refused_by_code"].value("131049", 0);
  const auto c = env.campaigns.launch(20);
  ASSERT_TRUE(env.daemon.wait("20 refusals", 20s, [&] {
    return env.simulator.metrics()["refused_by_code"].value("131049", 0) >= before + 20;
  }));
  env.simulator.faults({{"errors", json::object()}});
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  std::map<std::uint64_t, std::int64_t> refused_at;
  std::size_t accepted = 0;
  for (const auto& each : sends_of(env.simulator.truth(), c)) {
    if (each.code == 131049) {
      refused_at[each.person] = each.latest_us;
      continue;
    }
    ++accepted;
    EXPECT_GE(each.latest_us - refused_at[each.person], 950'000) << "the day is one second here";
  }
  EXPECT_EQ(refused_at.size(), 20U);
  EXPECT_EQ(accepted, 20U);
}

TEST_F(campaigns, a_failure_by_webhook_is_tried_again) {
  env.simulator.faults({{"failures", {{"131026", 1.0}}}, {"stop", 0}});
  const auto c = env.campaigns.launch(15);
  ASSERT_TRUE(
      env.daemon.wait("15 acceptances", 20s, [&] { return env.campaigns.accepted(c) >= 15; }));
  env.simulator.faults({{"failures", json::object()}});
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_GE(env.campaigns.accepted(c), 30U)
      << "each failed at least once by webhook and was sent again";
  EXPECT_EQ(env.campaigns.get(c).value("failedCount", -1), 0);
}

TEST_F(campaigns, who_got_enough_for_today_is_tried_twice_more_a_day_apart) {
  // The simulated Meta holds on to 131049 for 24 of its hours, longer than this test.
  env.simulator.faults({{"failures", {{"131049", 1.0}}}, {"stop", 0}});
  const auto c = env.campaigns.launch(10);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.get(c).value("failedCount", -1), 10);
  std::map<std::uint64_t, std::vector<std::int64_t>> tries;
  for (const auto& each : sends_of(env.simulator.truth(), c))
    tries[each.person].push_back(each.latest_us);
  for (const auto& [person, at] : tries) {
    ASSERT_EQ(at.size(), 3U);
    EXPECT_GE(at[1] - at[0], 950'000);
    EXPECT_GE(at[2] - at[1], 950'000);
  }
}

TEST_F(campaigns, an_opt_out_at_meta_lasts_for_all_campaigns) {
  env.simulator.faults({{"errors", {{"131050", 1.0}}}});
  const auto first = env.campaigns.launch(10);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(first)), "");
  EXPECT_EQ(env.campaigns.get(first).value("optedOutCount", -1), 10);
  env.simulator.faults({{"errors", json::object()}});
  EXPECT_EQ(env.database.stops_of(first.phones[3]), 1);

  auto phones = first.phones;
  for (auto& phone : env.campaigns.people(5))
    phones.push_back(std::move(phone));
  const auto second = env.campaigns.create_for(std::move(phones));
  env.campaigns.send(second);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(second)), "");
  EXPECT_EQ(env.campaigns.accepted(second), 5U);
  EXPECT_EQ(env.campaigns.get(second).value("screenedCount", -1), 10);
}

TEST_F(campaigns, begin_at_their_time) {
  const auto at_s = now_us() / 1'000'000 + 3;
  const auto c = env.campaigns.launch(20, {{"scheduledFor", iso_time(at_s)}});
  EXPECT_EQ(env.campaigns.get(c).value("status", ""), "scheduled");
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  const auto sends = sends_of(env.simulator.truth(), c);
  ASSERT_EQ(sends.size(), 20U);
  EXPECT_GE(sends.front().latest_us, at_s * 1'000'000);
  EXPECT_LE(sends.front().latest_us, at_s * 1'000'000 + 3'000'000);
}

/// At one turn of the minute one window closes over a campaign that runs, and another opens over
/// one that waits. It takes up to a minute, because windows begin and end with minutes.
TEST_F(campaigns, are_held_when_their_window_closes_and_go_on_when_it_opens) {
  constexpr std::int64_t minute_us = 60'000'000;
  constexpr std::int64_t needed_us = 6'000'000; // to start both before the turn
  const auto turn = (now_us() + needed_us) / minute_us + 1;
  const auto closing =
      env.campaigns.launch(2000, {{"rateLimit", 300}, {"sendWindow", window_of(turn - 60, turn)}});
  const auto opening = env.campaigns.launch(20, {{"sendWindow", window_of(turn, turn + 60)}});
  ASSERT_TRUE(env.daemon.wait("the open one to run", 20s,
                              [&] { return env.campaigns.accepted(closing) >= 5; }));
  const auto free = env.campaigns.launch(20);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(free)), "");
  EXPECT_EQ(env.campaigns.get(opening).value("status", ""), "sending");
  ASSERT_TRUE(env.daemon.wait("the turn of the minute", 80s, [&] {
    return now_us() >= turn * minute_us && env.campaigns.accepted(opening) > 0;
  }));
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(opening)), "");
  EXPECT_EQ(env.campaigns.accepted(opening), 20U);
  EXPECT_EQ(env.campaigns.get(closing).value("status", ""), "sending") << "held, not paused";
  constexpr std::int64_t slack_us = 1'000'000;
  const auto facts = env.simulator.truth();
  for (const auto& each : sends_of(facts, opening))
    EXPECT_GE(each.latest_us, turn * minute_us);
  const auto sent = sends_of(facts, closing);
  for (const auto& each : sent)
    EXPECT_LE(each.earliest_us, turn * minute_us + slack_us);
  EXPECT_LT(sent.size(), 500U) << "300 a minute, and then none";
  EXPECT_EQ(env.api.call("POST", path_of(closing, "/cancel")).status, 200);
}

TEST_F(campaigns, pause_within_100_ms_and_resume) {
  const auto c = env.campaigns.launch(1800);
  ASSERT_TRUE(
      env.daemon.wait("some to be sent", 20s, [&] { return env.campaigns.accepted(c) > 300; }));
  ASSERT_EQ(env.api.call("POST", path_of(c, "/pause")).status, 200);
  const auto paused_us = now_us();
  EXPECT_EQ(env.campaigns.get(c).value("status", ""), "paused");
  // Whatever would still come has come when the simulator has no timer left.
  ASSERT_TRUE(
      env.daemon.wait("quiet", 20s, [&] { return env.simulator.metrics().value("quiet", false); }));
  const auto sends = sends_of(env.simulator.truth(), c);
  ASSERT_LT(sends.size(), 1800U);
  EXPECT_LE(sends.back().earliest_us, paused_us + 100'000);

  const auto resumed_us = now_us();
  ASSERT_EQ(env.api.call("POST", path_of(c, "/resume")).status, 200);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  const auto all = sends_of(env.simulator.truth(), c);
  EXPECT_GE(all[sends.size()].latest_us, resumed_us);
  EXPECT_EQ(env.campaigns.accepted(c), 1800U);
}

TEST_F(campaigns, cancel_for_good) {
  const auto c = env.campaigns.launch(1800);
  ASSERT_TRUE(
      env.daemon.wait("some to be sent", 20s, [&] { return env.campaigns.accepted(c) > 300; }));
  ASSERT_EQ(env.api.call("POST", path_of(c, "/cancel")).status, 200);
  const auto cancelled_us = now_us();
  const auto report = env.campaigns.wait_until_settled(c);
  EXPECT_EQ(violations(report), "");
  const auto sends = sends_of(env.simulator.truth(), c);
  EXPECT_LT(sends.size(), 1800U);
  EXPECT_LE(sends.back().earliest_us, cancelled_us + 100'000);
  EXPECT_EQ(env.campaigns.get(c).value("status", ""), "cancelled");
  EXPECT_EQ(env.api.call("POST", path_of(c, "/resume")).status, 409);
  EXPECT_EQ(env.database.count(
                "SELECT count(*) FROM recipient WHERE status = 'cancelled' AND campaign_no = " +
                std::to_string(c.no)),
            1800 - static_cast<std::int64_t>(sends.size()));
}

TEST_F(campaigns, share_a_number_fairly) {
  const json on_one_number{{"numberIds", {env.number(0)}}};
  const auto a = env.campaigns.create(400, on_one_number);
  const auto b = env.campaigns.create(400, on_one_number);
  env.campaigns.send(a);
  env.campaigns.send(b);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(a)), "");
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(b)), "");
  const auto facts = env.simulator.truth();
  const auto of_a = sends_of(facts, a);
  const auto of_b = sends_of(facts, b);
  const auto begin = std::max(of_a.front().latest_us, of_b.front().latest_us);
  const auto end = std::min(of_a.back().latest_us, of_b.back().latest_us);
  const auto between = [&](const auto& sends) {
    return static_cast<double>(std::count_if(sends.begin(), sends.end(), [&](const auto& each) {
      return each.latest_us >= begin && each.latest_us <= end;
    }));
  };
  const auto share = between(of_a) / (between(of_a) + between(of_b));
  EXPECT_GT(share, 0.35);
  EXPECT_LT(share, 0.65);
}

TEST_F(campaigns, keep_to_their_own_limit) {
  const auto c = env.campaigns.launch(35, {{"rateLimit", 600}});
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  const auto facts = env.simulator.truth();
  const auto sends = sends_of(facts, c);
  ASSERT_EQ(sends.size(), 35U);
  std::vector<const load::ground_truth::request*> in_order;
  for (const auto& each : sends)
    in_order.push_back(&each);
  EXPECT_EQ(load::count_rate_violations(in_order, 10).certain, 0U);
  EXPECT_GE(sends.back().latest_us - sends.front().latest_us, 2'400'000);
}

/// Refusals that have nothing to do with the rate must not slow a number.
TEST_F(campaigns, keep_their_rate_when_meta_refuses_at_random) {
  env.simulator.faults({{"errors", {{"130429", 0.001}, {"131016", 0.002}}}});
  const auto c = env.campaigns.launch(9'000);
  const auto report = env.campaigns.wait_until_settled(c, 120s);
  EXPECT_EQ(violations(report), "");
  const auto sends = sends_of(env.simulator.truth(), c);
  ASSERT_GE(sends.size(), 9'000U);
  EXPECT_TRUE(std::any_of(sends.begin(), sends.end(), [](const auto& s) { return s.code != 0; }));
  // The first tries; the retries of a few come later.
  const auto seconds = static_cast<double>(sends[8'500].latest_us - sends[0].latest_us) / 1e6;
  const auto possible = env.rate() * static_cast<double>(env.number_count());
  EXPECT_GE(8'500 / seconds, 0.85 * possible);
}

TEST_F(campaigns, are_not_spent_on_messages_that_cannot_be_made) {
  // The template has a button, whose slot nothing fills.
  const auto c = env.campaigns.create(10, {{"templateVariables", {{"button.0", nullptr}}}});
  const auto refused = env.api.call("POST", path_of(c, "/send"));
  EXPECT_EQ(refused.status, 422);
  ASSERT_EQ(refused.body()["obstacles"].size(), 1U) << refused.body();
  EXPECT_EQ(refused.body()["obstacles"][0]["code"], "nothing_can_be_rendered");
  EXPECT_NE(refused.body().value("detail", "").find("button.0"), std::string::npos);
  EXPECT_EQ(env.campaigns.get(c).value("status", ""), "draft");
  EXPECT_EQ(env.campaigns.get(c).value("failedCount", -1), 0);
  ASSERT_EQ(env.api
                .call("PUT", path_of(c),
                      R"({"templateVariables":{"1":"{{name|friend}}","2":"x","button.0":"y"}})")
                .status,
            200);
  env.campaigns.send(c);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 10U);
}

TEST_F(campaigns, leave_out_whom_the_template_does_not_fit) {
  const auto lacking = env.campaigns.create(5, {{"templateVariables", {{"2", nullptr}}}});
  const auto check = env.api.call("POST", path_of(lacking, "/preflight")).body();
  EXPECT_FALSE(check.value("ready", true));
  EXPECT_FALSE(check["obstacles"].empty());
  EXPECT_EQ(env.api.call("POST", path_of(lacking, "/send")).body()["obstacles"],
            check["obstacles"]);

  const auto c = env.campaigns.create(
      0, {{"templateVariables", {{"1", "{{name}}"}, {"2", "{{destination}}"}, {"button.0", "x"}}}});
  const auto phones = env.campaigns.people(12);
  std::string csv = "phone;name;destination;marketing_opt_in\n";
  for (std::size_t i = 0; i < phones.size(); ++i)
    csv += phones[i] + ";Ana;" + (i < 4 ? "" : "Lisbon") + ";yes\n";
  ASSERT_EQ(env.api.call("POST", path_of(c, "/recipients"), csv, "text/csv").status, 200);
  env.campaigns.send(c);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 8U);
  EXPECT_EQ(env.campaigns.get(c).value("failedCount", -1), 4);
  const auto one = env.api.call("GET", path_of(c, "/recipients/2")).body();
  EXPECT_EQ(one["recipient"].value("status", ""), "failed") << one.dump();
  EXPECT_NE(one.dump().find("destination"), std::string::npos) << "the reason names the variable";
}

TEST_F(campaigns, a_stop_in_whatsapp_itself_marks_the_message_that_came_last) {
  env.simulator.faults({{"reply", 0}, {"stop", 0}});
  const auto c = env.campaigns.launch(4);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  ASSERT_EQ(env.api.webhook(stop_preference(c.phones[2])).status, 200);
  EXPECT_EQ(env.database.stops_of(c.phones[2]), 1);
  EXPECT_TRUE(env.daemon.wait("the stop to show", 20s,
                              [&] { return env.campaigns.state_of(c, 2) == "opted_out"; }));
  const auto now = env.campaigns.get(c);
  EXPECT_EQ(now.value("optedOutCount", -1), 1);
  EXPECT_EQ(now.value("respondedCount", -1), 0) << "he answered nothing";
  EXPECT_EQ(now.value("sentCount", -1), 4);
}

TEST_F(campaigns, a_stop_that_comes_while_they_wait_counts) {
  const auto c = env.campaigns.launch(8, {{"rateLimit", 120}});
  ASSERT_TRUE(
      env.daemon.wait("the first to be sent", 20s, [&] { return env.campaigns.accepted(c) >= 1; }));
  const auto stopped = c.phones.back();
  ASSERT_EQ(env.api.webhook(text_message(stopped, "Stop")).status, 200);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  for (const auto& each : env.simulator.truth().requests)
    EXPECT_NE(each.person, digits_of(stopped));
  EXPECT_EQ(env.campaigns.state_of(c, 7), "opted_out");
  EXPECT_EQ(env.campaigns.accepted(c), 7U);
}

} // namespace stentor::testing
