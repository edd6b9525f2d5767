/// Answers: success, refusals, garbage.
#include "adapters/meta/messages/answer_reader.hpp"

#include <gtest/gtest.h>
#include <random>

namespace {

using oc = stentor::core::outcome_class;

struct read_answer {
  oc kind;
  std::int32_t code;
  std::string text;
};

read_answer read(int http, std::string body, std::size_t padding = 64) {
  static const auto reader = stentor::meta::make_answer_reader();
  const auto size = body.size();
  body.resize(size + padding, 'x');
  const auto answer = reader->read(http, std::string_view{body}.substr(0, size), body.size());
  return {answer.kind, answer.code, std::string{answer.text}};
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
    EXPECT_EQ(read(200, body).kind, oc::accepted) << body;
    EXPECT_EQ(read(200, body).text, "") << body;
    EXPECT_EQ(read(429, body).kind, oc::rejected) << body;
    EXPECT_EQ(read(403, body).kind, oc::failed) << body;
    EXPECT_EQ(read(403, body).code, -4) << body;
    EXPECT_NE(read(403, body).text.find("HTTP 403"), std::string::npos) << body;
    EXPECT_EQ(read(502, body).kind, oc::in_doubt) << body;
  }
}

TEST(answer_reader, survives_every_truncation) {
  for (std::size_t size = 0; size < success.size(); ++size)
    EXPECT_EQ(read(200, success.substr(0, size)).kind, oc::accepted) << size;
  for (std::size_t size = 0; size < throttled.size(); ++size) {
    const auto kind = read(400, throttled.substr(0, size)).kind;
    EXPECT_TRUE(kind == oc::rejected || kind == oc::failed) << size;
  }
}

TEST(answer_reader, survives_deep_nesting) {
  const std::string deep(200'000, '[');
  EXPECT_EQ(read(500, deep).kind, oc::in_doubt);
  EXPECT_EQ(read(200, R"({"messages":)" + deep).kind, oc::accepted);
  EXPECT_EQ(read(400, R"({"error":{"code":)" + deep + "}}").kind, oc::failed);
  std::string objects;
  for (int i = 0; i < 50'000; ++i)
    objects += R"({"error":)";
  EXPECT_EQ(read(400, objects).kind, oc::failed);
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
