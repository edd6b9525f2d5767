/// Answers: success, refusals, garbage.
#include "adapters/meta/messages/answer_reader.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <random>

namespace {

using oc = stentor::core::outcome_class;
using nlohmann::json;

struct read_answer {
  oc kind;
  std::int32_t code;
  std::string text;
  bool paced = false;
};

read_answer read(int http, std::string body, std::size_t padding = 64) {
  static const auto reader = stentor::meta::make_answer_reader();
  const auto size = body.size();
  body.resize(size + padding, 'x');
  const auto answer = reader->read(http, std::string_view{body}.substr(0, size), body.size());
  return {answer.kind, answer.code, std::string{answer.text}, answer.paced};
}

const std::string success =
    R"({"messaging_product":"whatsapp","contacts":[{"input":"+55 11","wa_id":"5511"}],"messages":[{"id":"wamid.HBgN","message_status":"accepted"}]})";
const std::string throttled =
    R"({"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,"error_data":{"messaging_product":"whatsapp","details":"Throughput has been reached."},"fbtrace_id":"Az8"}})";

TEST(answer_reader, takes_the_message_id) {
  for (const std::size_t padding : {0U, 1U, 64U, 500U}) {
    const auto answer = read(200, success, padding);
    EXPECT_EQ(answer.kind, oc::accepted);
    EXPECT_EQ(answer.text, "wamid.HBgN");
  }
}

TEST(answer_reader, explains_refusals) {
  const auto answer = read(429, throttled);
  EXPECT_EQ(answer.kind, oc::rejected);
  EXPECT_EQ(answer.code, 130429);
  EXPECT_EQ(answer.text, "(#130429) Rate limit hit: Throughput has been reached.");
  const auto plain = read(400, R"({"error":{"error_data":"oops","code":100,"message":"Invalid"}})");
  EXPECT_EQ(plain.kind, oc::failed);
  EXPECT_EQ(plain.text, "Invalid: oops");
}

TEST(answer_reader, honours_is_transient) {
  EXPECT_EQ(read(400, R"({"error":{"code":987654,"is_transient":true}})").kind, oc::rejected);
  EXPECT_EQ(read(400, R"({"error":{"is_transient":false,"code":987654}})").kind, oc::failed);
  EXPECT_EQ(read(500, R"({"error":{"code":2,"is_transient":true}})").kind, oc::in_doubt);
  EXPECT_EQ(read(401, R"({"error":{"code":0,"message":"AuthException"}})").kind, oc::rejected);
}

TEST(answer_reader, falls_back_on_the_status) {
  for (const auto* body :
       {"", "<html>502</html>", "null", "[]", "{}", R"({"error":"x"})", R"({"error":{}})",
        R"({"error":{"code":"130429"}})", R"({"error":{"code":-7}})",
        R"({"error":{"code":99999999999999}})", "{\"error\":{\"message\":\"\xFF\xFE\"}}"}) {
    EXPECT_EQ(read(200, body).kind, oc::in_doubt) << body;
    EXPECT_EQ(read(200, body).code, -4) << body;
    EXPECT_EQ(read(302, body).kind, oc::rejected) << body;
    EXPECT_EQ(read(429, body).kind, oc::rejected) << body;
    EXPECT_EQ(read(403, body).kind, oc::rejected) << body;
    EXPECT_EQ(read(403, body).code, -4) << body;
    EXPECT_NE(read(403, body).text.find("HTTP 403"), std::string::npos) << body;
    EXPECT_EQ(read(502, body).kind, oc::in_doubt) << body;
  }
}

TEST(answer_reader, survives_every_truncation) {
  for (std::size_t size = 0; size < success.size(); ++size)
    EXPECT_NE(read(200, success.substr(0, size)).kind, oc::rejected) << size;
  for (std::size_t size = 0; size < throttled.size(); ++size) {
    const auto kind = read(400, throttled.substr(0, size)).kind;
    EXPECT_TRUE(kind == oc::rejected || kind == oc::failed) << size;
  }
}

TEST(answer_reader, survives_deep_nesting) {
  const std::string deep(200'000, '[');
  EXPECT_EQ(read(500, deep).kind, oc::in_doubt);
  EXPECT_EQ(read(200, R"({"messages":)" + deep).kind, oc::in_doubt);
  EXPECT_EQ(read(400, R"({"error":{"code":)" + deep + "}}").kind, oc::rejected);
  std::string objects;
  for (int i = 0; i < 50'000; ++i)
    objects += R"({"error":)";
  EXPECT_EQ(read(400, objects).kind, oc::rejected);
}

json answers_of(const std::string& path) {
  std::ifstream file{std::string{STENTOR_SOURCE_DIR} + "/tests/data/" + path};
  return json::parse(file);
}

TEST(answer_reader, takes_nothing_else_for_metas_word) {
  std::size_t seen = 0;
  const auto all = answers_of("an_answer_that_is_not_metas/answers.json");
  for (const auto& [name, one] : all.items()) {
    const int status = one["http_status"];
    const auto got = read(status, one["raw"]);
    EXPECT_EQ(got.kind, status >= 300 ? oc::rejected : oc::in_doubt) << name;
    EXPECT_EQ(got.code, -4) << name;
    ++seen;
  }
  EXPECT_EQ(seen, 9U);
}

TEST(answer_reader, reads_refusals_that_are_the_same_for_all) {
  const auto all = answers_of("the_same_refusal_for_all/answers.json");
  for (const auto& [name, one] : all.items()) {
    const auto got = read(one["http_status"], one["body"].dump());
    const bool number = name == "100-subcode-33"; // the number's id is wrong
    EXPECT_EQ(got.kind, number ? oc::rejected : oc::failed) << name;
    EXPECT_EQ(got.code, number ? 33 : std::stoi(name)) << name;
  }
  EXPECT_EQ(read(400, R"({"error":{"code":100,"error_subcode":2494010}})").code, 100);
  EXPECT_EQ(read(400, R"({"error":{"error_subcode":33,"code":100}})").code, 33);
}

TEST(answer_reader, tells_a_message_that_is_held_for_quality) {
  auto body = answers_of("held_for_quality/answer.json")["body"];
  auto got = read(200, body.dump());
  EXPECT_EQ(got.kind, oc::accepted);
  EXPECT_EQ(got.text, "wamid.Q1");
  EXPECT_TRUE(got.paced);
  body["messages"][0]["message_status"] = "paused";
  EXPECT_TRUE(read(200, body.dump()).paced);
  EXPECT_FALSE(read(200, success).paced);
}

TEST(answer_reader, reads_a_token_that_ran_out) {
  const auto one = answers_of("a_stopped_number_is_not_shown/answer.json");
  EXPECT_EQ(read(one["http_status"], one["body"].dump()).code, 190);
}

TEST(answer_reader, survives_mutation) {
  std::mt19937 random{42};
  for (int i = 0; i < 20'000; ++i) {
    auto body = i % 2 == 0 ? success : throttled;
    for (auto edits = 1 + random() % 4; edits > 0; --edits) {
      const auto at = random() % body.size();
      if (random() % 3 == 0)
        body.erase(at, 1 + random() % 5);
      else
        body[at] = random() % 2 == 0 ? static_cast<char>(random()) : "{}[]\",:\\u0"[random() % 10];
      if (body.empty())
        body = "{";
    }
    ASSERT_EQ(read(502, body).kind == oc::failed,
              false); // a gateway's error never proves a final refusal here
    ASSERT_LE(read(400, body).text.size(), 4096U);
    const auto kind = read(200, body).kind;
    ASSERT_NE(kind, oc::not_sent);
  }
}

} // namespace
