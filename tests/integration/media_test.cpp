/// Media of headers on real parts: each number sends its own id, whatever happens to the uploads.

#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <string>

namespace stentor::testing {
namespace {

using namespace std::string_literals;

class media_headers : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }
  void TearDown() override { env.simulator.faults({{"fail_uploads", 0}}); }

  /// A picture that no other test has.
  std::string keep_picture() {
    static int made = 0;
    const auto bytes = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR of the tests "s + std::to_string(++made) +
                       std::string(1'500'000, '\xFE');
    const auto kept = env.api.call("POST", "/api/whatsapp/media?name=sale.png", bytes, "image/png");
    EXPECT_EQ(kept.status, 201) << kept.text;
    return kept.body().value("id", "");
  }
  made_campaign create(const std::string& media, int people, json more = json::object()) {
    more["templateName"] = "season_sale";
    more["templateVariables"] = {
        {"1", nullptr}, {"2", nullptr}, {"button.0", nullptr}, {"header.image", "media:" + media}};
    if (!more.contains("numberIds"))
      more["numberIds"] = {env.number(0), env.number(1)};
    return env.campaigns.create(people, more);
  }
  /// What the simulator counted since the last look: number, then ids and messages.
  json sent_by_number() { return env.simulator.metrics()["media"]["sent"]; }
  std::string reason_of(const made_campaign& c) {
    const auto reason = env.campaigns.get(c)["statusReason"];
    return reason.is_object() ? reason.value("code", "") : std::string{};
  }

  test_environment& env = test_environment::one();
};

TEST_F(media_headers, carry_the_id_of_their_own_number) {
  const auto media = keep_picture();
  const auto c = create(media, 1500);
  const auto before = sent_by_number();
  env.campaigns.send(c);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 1500U);
  std::set<std::string> ids;
  std::size_t messages = 0;
  const auto after = sent_by_number();
  for (const auto* number : {&env.number(0), &env.number(1)}) {
    const auto known = before.value(*number, json::object());
    const auto sent = after.value(*number, json::object());
    for (const auto& [id, count] : sent.items())
      if (!known.contains(id)) {
        EXPECT_TRUE(ids.insert(id).second) << "an id is good for one number";
        messages += count.get<std::size_t>();
      }
  }
  EXPECT_EQ(ids.size(), 2U) << "both numbers sent, each by one id: " << after.dump();
  EXPECT_EQ(messages, 1500U);
  const auto shown = env.api.call("GET", "/api/whatsapp/media/" + media).body();
  EXPECT_EQ(shown["uploads"][0]["state"], "ready");
  EXPECT_EQ(shown["uploads"][1]["state"], "ready");
  EXPECT_EQ(shown["uploads"][2]["state"], "missing") << "the campaign does not send from it";
  EXPECT_EQ(env.api.call("DELETE", "/api/whatsapp/media/" + media).status, 204);
}

TEST_F(media_headers, wait_for_uploads_that_fail_over_a_restart) {
  env.simulator.faults({{"fail_uploads", 1000}});
  const auto media = keep_picture();
  const auto c = create(media, 20);
  EXPECT_EQ(env.api.call("DELETE", "/api/whatsapp/media/" + media).status, 409);
  env.campaigns.send(c);
  ASSERT_TRUE(env.daemon.wait("the reason", 20s, [&] {
    return reason_of(c) == "media_upload_failed";
  })) << env.campaigns.get(c).dump();
  EXPECT_EQ(env.campaigns.get(c).value("status", ""), "sending");
  EXPECT_NE(env.api.call("GET", "/api/status").text.find("could not be uploaded"),
            std::string::npos);
  EXPECT_EQ(env.daemon.stop(SIGKILL), 128 + SIGKILL);
  env.simulator.faults({{"fail_uploads", 0}});
  env.daemon.start();
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c, 120s)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 20U);
  EXPECT_TRUE(env.daemon.wait("the alarm's end", 10s, [&] {
    return env.api.call("GET", "/api/status").text.find("could not be uploaded") ==
           std::string::npos;
  }));
}

TEST_F(media_headers, that_meta_forgot_are_uploaded_anew_and_everybody_gets_one) {
  const auto media = keep_picture();
  const auto first = create(media, 2);
  env.campaigns.send(first);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(first)), "");
  env.simulator.faults({{"forget_media", true}});
  env.database.sql("UPDATE media_upload SET uploaded_at = now() - interval '2 minutes'");
  const auto c = create(media, 30, {{"maxRetries", 15}});
  env.campaigns.send(c);
  env.campaigns.wait_until_settled(c, 120s);
  EXPECT_EQ(env.campaigns.accepted(c), 30U);
  EXPECT_EQ(env.campaigns.get(c).value("failedCount", -1), 0);
}

TEST_F(media_headers, that_are_not_there_keep_a_campaign_from_starting) {
  const auto c = create("0a1b2c3d-0000-4000-8000-00000000000f", 2);
  const auto refused = env.api.call("POST", path_of(c, "/send"));
  EXPECT_EQ(refused.status, 422) << refused.text;
  EXPECT_NE(refused.text.find("media_unknown"), std::string::npos) << refused.text;
}

} // namespace
} // namespace stentor::testing
