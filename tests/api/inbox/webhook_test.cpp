/// The webhook endpoint: challenge, signatures, sizes, commits, refusals.

#include "tests/api/support/fakes.hpp"

#include "tests/adapters/http_server/support/raw_client.hpp"

#include <nlohmann/json.hpp>

using namespace stentor;
using namespace stentor::test;

namespace {

class webhook_test : public api_test {
protected:
  std::string post(const std::string& body, const std::string& header) {
    raw_client c{server->port()};
    EXPECT_TRUE(c.send(head(body.size(), header) + body));
    return c.response();
  }
  static std::string head(std::size_t size, const std::string& header) {
    return "POST /webhooks/whatsapp HTTP/1.1\r\nHost: h\r\nContent-Type: "
           "application/json\r\nX-Hub-Signature-256: " +
           header + "\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  }
};

const std::string body = R"({"object":"whatsapp_business_account","entry":[]})";

} // namespace

TEST_F(webhook_test, challenge) {
  const std::string target =
      "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=";
  const auto right = ask("GET", target + "let+me+in", {}, "");
  EXPECT_EQ(right.status, 200);
  EXPECT_EQ(right.body, "1158201444");
  EXPECT_TRUE(right.content_type.starts_with("text/plain"));
  EXPECT_EQ(ask("GET", target + "wrong", {}, "").status, 403);
  EXPECT_EQ(ask("GET", target, {}, "").status, 403);
  EXPECT_EQ(ask("GET", "/webhooks/whatsapp", {}, "").status, 403);
}

TEST_F(webhook_test, only_signed_bodies_are_read) {
  const auto good = signature.sign(body);
  EXPECT_TRUE(post(body, good).starts_with("HTTP/1.1 200 "));
  auto forged = good;
  forged.back() = forged.back() == '0' ? '1' : '0';
  for (const auto& header : {forged, std::string{}, std::string{"sha256="}, good.substr(7),
                             meta::signature_checker{{"other"}}.sign(body)})
    EXPECT_TRUE(post(body, header).starts_with("HTTP/1.1 401 ")) << header;
  EXPECT_TRUE(post(body + " ", good).starts_with("HTTP/1.1 401 "));
  EXPECT_EQ(engine.payloads.size(), 1U);
  EXPECT_EQ(application->webhooks().bad_signature_total, 6U);
}

TEST_F(webhook_test, what_cannot_be_read_is_kept_and_not_sent_again) {
  for (const auto& odd : {std::string{"no json"}, std::string{"\xff\x00 bytes", 8}}) {
    EXPECT_TRUE(post(odd, signature.sign(odd)).starts_with("HTTP/1.1 200 "));
    ASSERT_EQ(engine.payloads.back()->others.size(), 1U);
    const auto row = nlohmann::json::parse(engine.payloads.back()->others[0].payload);
    EXPECT_EQ(row["problem"], "no JSON");
    EXPECT_TRUE(row.contains("body") != row.contains("bodyBase64"));
    EXPECT_EQ(engine.payloads.back()->others[0].payload.find("\\u0000"), std::string::npos)
        << "jsonb takes no NUL";
  }
  EXPECT_EQ(nlohmann::json::parse(engine.payloads.back()->others[0].payload)["bodyBase64"],
            "/wAgYnl0ZXM=");
  EXPECT_EQ(application->webhooks().unreadable_total, 2U);
}

TEST_F(webhook_test, answers_only_after_the_commit) {
  engine.hold = true;
  raw_client c{server->port()};
  ASSERT_TRUE(c.send(head(body.size(), signature.sign(body)) + body));
  // A second exchange over another connection shows that the first had its time.
  raw_client d{server->port()};
  ASSERT_TRUE(d.send(head(body.size(), signature.sign(body)) + body));
  EXPECT_EQ(ask("GET", "/healthz", {}, "").status, 200);
  const auto waiting = [&] {
    const std::lock_guard lock{engine.mutex};
    return engine.waiting.size();
  };
  while (waiting() < 2)
    EXPECT_EQ(ask("GET", "/healthz", {}, "").status, 200);
  EXPECT_FALSE(c.has_bytes());
  const auto full = post(body, signature.sign(body));
  EXPECT_TRUE(full.starts_with("HTTP/1.1 503 ")) << full;
  EXPECT_NE(full.find("Retry-After: "), std::string::npos);
  engine.waiting[0](core::ok{});
  engine.waiting[1](core::error{core::errc::unavailable, "The database is away."});
  const auto first = c.response();
  const auto second = d.response();
  EXPECT_NE(first.starts_with("HTTP/1.1 200 "), second.starts_with("HTTP/1.1 200 "));
  EXPECT_NE(first.starts_with("HTTP/1.1 503 "), second.starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(application->webhooks().waiting, 0U);
}

TEST_F(webhook_test, a_gigabyte_is_refused_and_never_buffered) {
  raw_client c{server->port()};
  ASSERT_TRUE(
      c.send("POST /webhooks/whatsapp HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string megabyte(1 << 20, 'x');
  int sent = 0;
  while (sent < 1024 && !c.has_bytes() && c.send("100000\r\n" + megabyte + "\r\n"))
    ++sent;
  EXPECT_LT(sent, 200);
  EXPECT_TRUE(c.response().starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(post({}, "x\r\nContent-Length: 1073741824").starts_with("HTTP/1.1 400 "))
      << "two lengths";
  raw_client d{server->port()};
  ASSERT_TRUE(d.send(head(1U << 30, "x")));
  EXPECT_TRUE(d.response().starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(engine.payloads.empty());
}

TEST_F(webhook_test, three_megabytes_are_taken) {
  const auto large = R"({"x":")" + std::string(3'000'000, 'y') + "\"}";
  EXPECT_TRUE(post(large, signature.sign(large)).starts_with("HTTP/1.1 200 "));
}
