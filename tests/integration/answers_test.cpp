/// What people and Meta answer, on real parts: a stop holds however its person is named, an answer
/// that is not Meta's is not Meta's word, and a refusal of everybody spends no list.

#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <utility>

#include <fstream>
#include <iterator>

namespace stentor::testing {
namespace {

class answers : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }

  static std::string file(const std::string& path) {
    std::ifstream input{std::string{STENTOR_SOURCE_DIR} + "/tests/data/" + path};
    std::string text{std::istreambuf_iterator<char>{input}, {}};
    EXPECT_FALSE(text.empty()) << path;
    return text;
  }

  using places = std::vector<std::pair<std::string, std::string>>;
  /// Posts a webhook of tests/data with its places filled in.
  void post(const std::string& path, places values) {
    auto body = file(path);
    values.insert(values.begin(), {"PHONE_NUMBER_ID", first_number});
    values.emplace_back("NOW", std::to_string(now_us() / 1'000'000));
    for (const auto& [place, value] : values)
      for (auto at = body.find(place); at != std::string::npos; at = body.find(place))
        body.replace(at, place.size(), value);
    const auto said = env.api.webhook(body);
    ASSERT_EQ(said.status, 200) << said.text;
  }

  json recipient(const made_campaign& c, std::size_t index) {
    return env.api.call("GET", path_of(c, "/recipients?limit=100")).body()["data"].at(index);
  }
  void expect_state(const made_campaign& c, std::size_t index, const std::string& state) {
    EXPECT_TRUE(env.daemon.wait(state + " of recipient " + std::to_string(index + 1), 20s, [&] {
      return env.campaigns.state_of(c, index) == state;
    })) << env.campaigns.state_of(c, index);
  }
  std::string alarms() { return env.api.call("GET", "/api/status").text; }

  test_environment& env = test_environment::one();
};

} // namespace

TEST_F(answers, a_stop_holds_under_another_spelling_of_the_number) {
  env.simulator.faults({{"stop", 0}, {"reply", 0}});
  std::vector<std::string> phones;
  std::vector<std::string> spelled;
  const auto table = json::parse(file("stop_under_another_spelling/answers.json"))["wa_id"];
  for (const auto& [phone, wa_id] : table.items()) {
    phones.push_back(phone);
    spelled.push_back(wa_id);
  }
  ASSERT_EQ(phones.size(), 5U);
  const auto c = env.campaigns.create_for(phones);
  env.campaigns.send(c);
  ASSERT_TRUE(env.campaigns.wait_status(c, "completed"));
  for (std::size_t i = 0; i < phones.size(); ++i)
    post("stop_under_another_spelling/stop.json",
         {{"WA_ID", spelled[i]}, {"MESSAGE_ID", i % 2 == 0 ? recipient(c, i)["messageId"] : ""}});
  for (std::size_t i = 0; i < phones.size(); ++i)
    expect_state(c, i, "opted_out");
  EXPECT_EQ(env.campaigns.get(c)["respondedCount"], 0) << "a stop is no response";
  const auto again = env.campaigns.create_for(phones);
  EXPECT_EQ(env.campaigns.get(again)["screenedCount"], 5);
}

TEST_F(answers, a_stop_of_somebody_who_hides_the_number_holds_for_the_number) {
  env.simulator.faults({{"stop", 0}, {"reply", 0}});
  const auto phones = env.campaigns.people(2);
  const auto c = env.campaigns.create_for(phones);
  env.campaigns.send(c);
  ASSERT_TRUE(env.campaigns.wait_status(c, "completed"));
  const std::string user = "DE.9900000000000000" + std::to_string(c.no);
  post("stop_by_user_id/stop-with-context.json",
       {{"USER_ID", user}, {"MESSAGE_ID", recipient(c, 0)["messageId"]}, {"wamid.IN1", user}});
  expect_state(c, 0, "opted_out");
  EXPECT_EQ(env.campaigns.get(c)["respondedCount"], 0) << "a stop is no response";
  const auto again = env.campaigns.create_for(phones);
  EXPECT_EQ(env.campaigns.get(again)["screenedCount"], 1);
  std::size_t shown = 0;
  const auto stops = env.api.call("GET", "/api/whatsapp/suppressions?limit=1000").body();
  for (const auto& one : stops["data"])
    if (one["phoneNumber"] == phones[0] || one["userId"] == user) {
      ++shown;
      EXPECT_EQ(one["phoneNumber"], phones[0]);
      EXPECT_EQ(one["userId"], user);
    }
  EXPECT_EQ(shown, 1U);
}

TEST_F(answers, one_refusal_of_everybody_spends_no_list) {
  env.simulator.faults({{"errors", {{"132000", 1.0}}}});
  const auto c = env.campaigns.launch(3'000);
  ASSERT_TRUE(env.campaigns.wait_status(c, "paused"));
  auto seen = env.campaigns.get(c);
  EXPECT_EQ(seen["pauseKind"], "refusals");
  EXPECT_EQ(seen["statusReason"]["code"], "same_refusal_for_all");
  EXPECT_NE(alarms().find("132000"), std::string::npos);
  auto failed = 0;
  EXPECT_TRUE(env.daemon.wait("the refused ones to be told", 30s, [&] {
    const auto before = std::exchange(failed, env.campaigns.get(c).value("failedCount", 0));
    return failed >= 30 && failed == before;
  }));
  const auto states = env.campaigns.stats(c)["states"];
  EXPECT_LT(failed, 1'500) << states;

  env.simulator.faults({{"errors", json::object()}});
  ASSERT_EQ(env.api.call("POST", path_of(c, "/resume")).status, 200);
  ASSERT_TRUE(env.campaigns.wait_status(c, "completed"));
  const auto left = env.campaigns.get(c).value("failedCount", 0);
  EXPECT_GE(left, failed);
  const auto again =
      env.api.call("POST", path_of(c, "/recipients/retry"), json{{"codes", {132000}}}.dump());
  ASSERT_EQ(again.status, 200) << again.text;
  EXPECT_EQ(again.body()["queued"], left);
  EXPECT_TRUE(env.daemon.wait("everybody to be sent to", 60s,
                              [&] { return env.campaigns.accepted(c) == 3'000U; }));
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
}

TEST_F(answers, a_proxy_in_metas_place_costs_nobody_a_message) {
  const auto one = json::parse(file("an_answer_that_is_not_metas/answers.json"))["html-403"];
  env.simulator.faults({{"foreign_status", one["http_status"]}, {"foreign_body", one["raw"]}});
  const auto c = env.campaigns.launch(200);
  ASSERT_TRUE(env.daemon.wait(
      "the alarm", 20s, [&] { return alarms().find("in Meta's place") != std::string::npos; }));
  EXPECT_TRUE(env.daemon.wait("the campaign to tell why it waits", 20s,
                              [&] { return env.campaigns.get(c)["statusReason"].is_object(); }));
  EXPECT_EQ(env.campaigns.get(c)["failedCount"], 0);
  EXPECT_EQ(env.campaigns.get(c)["sentCount"], 0);
  env.simulator.faults({{"foreign_status", 0}});
  for (std::size_t i = 0; i < 3; ++i)
    env.api.call("POST", "/api/whatsapp/numbers/" + env.number(i) + "/resume");
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 200U);
}

TEST_F(answers, a_portals_page_is_no_success) {
  const auto one = json::parse(file("an_answer_that_is_not_metas/answers.json"))["html-200"];
  env.simulator.faults({{"foreign_status", one["http_status"]}, {"foreign_body", one["raw"]}});
  const auto c = env.campaigns.launch(200);
  ASSERT_TRUE(env.daemon.wait(
      "the alarm", 20s, [&] { return alarms().find("in Meta's place") != std::string::npos; }));
  EXPECT_TRUE(env.daemon.wait("the doubts", 20s,
                              [&] { return env.campaigns.get(c).value("inDoubtCount", 0) > 0; }));
  EXPECT_EQ(env.campaigns.get(c)["sentCount"], 0);
  EXPECT_EQ(env.campaigns.get(c)["status"], "sending");
  env.simulator.faults({{"foreign_status", 0}});
  env.api.call("POST", path_of(c, "/cancel"));
  for (std::size_t i = 0; i < 3; ++i)
    env.api.call("POST", "/api/whatsapp/numbers/" + env.number(i) + "/resume");
}

} // namespace stentor::testing
