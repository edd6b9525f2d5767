/// The command line's client against our own server and against servers that misbehave.

#include "adapters/http_client/client.hpp"
#include "adapters/http_server/server.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <sstream>
#include <thread>

namespace {

using namespace std::chrono_literals;
using namespace stentor;
using namespace stentor::http_server;

/// Tells what it was asked; refuses every upload at once; sends 5 MB, or a redirect.
class daemon_of_tests final : public application {
public:
  plan expect(const request& head) override {
    plan p;
    p.body_max = 1000;
    p.streamed = head.target == "/upload" || head.target == "/refused";
    return p;
  }
  void handle(std::shared_ptr<exchange> e) override {
    const auto target = e->head().target;
    if (target == "/refused")
      return e->respond({409, "application/json", R"({"detail":"It is running."})", {}});
    if (target == "/upload")
      return count(e);
    if (target == "/elsewhere")
      return e->respond({303, "text/plain", "", {{"Location", "/told"}}});
    if (target == "/download") {
      e->begin({200, "text/csv", "", {}});
      for (int i = 0; i < 50; ++i)
        if (!e->write(std::string(100'000, 'x')))
          return e->end(false);
      return e->end(true);
    }
    const auto& head = e->head();
    e->respond({200,
                "text/plain",
                std::string{head.method} + " " + std::string{head.target} + "|" +
                    std::string{head.header("authorization")} + "|" +
                    std::string{head.header("content-type")} + "|" + e->body(),
                {}});
  }
  response problem(int status, std::string_view detail) override {
    return {status, "text/plain", std::string{detail}, {}};
  }

private:
  static void count(const std::shared_ptr<exchange>& e) {
    auto size = std::make_shared<std::uint64_t>(0);
    e->receive(
        [=](std::string_view piece) {
          *size += piece.size();
          return true;
        },
        [=](const core::status&) {
          e->respond({200, "text/plain", std::to_string(*size), {}});
        });
  }
};

class client_test : public ::testing::Test {
protected:
  void start(server_settings s = {}) {
    server_.emplace(std::move(s), app_);
    const auto started = server_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }
  client_settings to(std::string_view scheme = "http") const {
    return {std::string{scheme} + "://127.0.0.1:" + std::to_string(server_->port()), "t0ken", "",
            20s};
  }
  /// A server with a certificate for `name`, which is the authority's as well.
  std::string start_tls(const std::string& name) {
    const std::string at = ::testing::TempDir() + "http_client_" + std::to_string(::getpid());
    const auto command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        "-days 2 -subj /CN=x -addext subjectAltName=" +
        name + " -keyout " + at + ".key -out " + at + ".pem 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    server_settings s;
    s.certificate_file = at + ".pem";
    s.key_file = at + ".key";
    start(s);
    return s.certificate_file;
  }

  daemon_of_tests app_;
  std::optional<server> server_;
};

TEST_F(client_test, asks_as_it_is_told) {
  start();
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const auto r = client{to()}.request(method, "/a%20b?x=1%2B2", "{}");
    ASSERT_TRUE(r.ok()) << r.error().message;
    EXPECT_EQ(r->body, std::string{method} + " /a%20b?x=1%2B2|Bearer t0ken|application/json|{}");
    EXPECT_EQ(r->content_type, "text/plain");
  }
  EXPECT_EQ(client{to()}.request("GET", "/x")->body, "GET /x|Bearer t0ken||");
  EXPECT_EQ(client{to()}.request("POST", "/x")->body, "POST /x|Bearer t0ken||");
  auto nobody = to();
  nobody.token.clear();
  EXPECT_EQ(client{nobody}.request("GET", "/x")->body, "GET /x|||");
}

TEST_F(client_test, takes_its_token_nowhere_else) {
  start();
  const auto r = client{to()}.request("GET", "/elsewhere");
  ASSERT_TRUE(r.ok()) << r.error().message;
  EXPECT_EQ(r->status, 303);
}

TEST_F(client_test, hears_a_refusal_while_it_uploads) {
  start();
  std::istringstream body{std::string(200'000'000, 'y')};
  std::uint64_t told = 0;
  const auto r =
      client{to()}.upload("/refused", "text/csv", body, [&](std::uint64_t n) { told = n; });
  ASSERT_TRUE(r.ok()) << r.error().message;
  EXPECT_EQ(r->status, 409);
  EXPECT_EQ(explain(*r), "It is running.");
  EXPECT_LT(told, 100'000'000U) << "it stops when the answer is there";
}

TEST_F(client_test, uploads_nothing_and_much) {
  start();
  for (const std::size_t size : {0U, 1U, 65'536U, 65'537U, 5'000'000U}) {
    std::istringstream body{std::string(size, 'y')};
    const auto r = client{to()}.upload("/upload", "text/csv", body, {});
    ASSERT_TRUE(r.ok()) << r.error().message;
    EXPECT_EQ(r->body, std::to_string(size));
  }
}

TEST_F(client_test, stops_a_download_when_told) {
  start();
  std::uint64_t size = 0;
  const auto stopped = client{to()}.download("/download", [&](std::string_view piece) {
    size += piece.size();
    return size < 1'000'000;
  });
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().message, "The download was stopped.");
  EXPECT_LT(size, 5'000'000U);
}

TEST_F(client_test, trusts_whom_it_shall_trust) {
  const auto authority = start_tls("IP:127.0.0.1");
  auto settings = to("https");
  const auto stranger = client{settings}.request("GET", "/x");
  ASSERT_FALSE(stranger.ok());
  EXPECT_EQ(stranger.error().code, core::errc::unavailable);
  EXPECT_NE(stranger.error().message.find("no trusted TLS connection: self-signed certificate"),
            std::string::npos)
      << stranger.error().message;
  settings.ca_file = "/nonexistent.pem";
  EXPECT_EQ(client{settings}.request("GET", "/x").error().code, core::errc::invalid);
  settings.ca_file = authority;
  const auto r = client{settings}.request("GET", "/x");
  ASSERT_TRUE(r.ok()) << r.error().message;
  std::istringstream body{std::string(200'000'000, 'y')};
  std::uint64_t told = 0;
  const auto refused =
      client{settings}.upload("/refused", "text/csv", body, [&](std::uint64_t n) { told = n; });
  ASSERT_TRUE(refused.ok()) << refused.error().message;
  EXPECT_EQ(refused->status, 409);
  EXPECT_LT(told, 100'000'000U);
}

TEST_F(client_test, refuses_the_certificate_of_another_host) {
  const auto authority = start_tls("DNS:another.example");
  auto settings = to("https");
  settings.ca_file = authority;
  const auto r = client{settings}.request("GET", "/x");
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.error().message.find("another host's"), std::string::npos) << r.error().message;
}

/// Takes one connection, reads once, says `answer` and hangs up, or keeps it open.
class one_shot {
public:
  one_shot(std::string answer, bool hang_up) : listener_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread{[this, hang_up, text = std::move(answer)] {
      peer_ = ::accept(listener_, nullptr, nullptr);
      char head[4096];
      EXPECT_GT(::recv(peer_, head, sizeof head, 0), 0);
      EXPECT_EQ(::send(peer_, text.data(), text.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(text.size()));
      if (hang_up)
        ::shutdown(peer_, SHUT_RDWR);
    }};
  }
  ~one_shot() {
    thread_.join();
    ::close(peer_);
    ::close(listener_);
  }
  one_shot(const one_shot&) = delete;
  one_shot& operator=(const one_shot&) = delete;

  client to(std::chrono::milliseconds timeout) const {
    return client{{"http://127.0.0.1:" + std::to_string(port_), "", "", timeout}};
  }

private:
  int listener_;
  int peer_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST(client_of_bad_servers, does_not_take_half_an_answer) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
  for (const auto* text : {"", "HTTP/1.1 200", head.c_str()}) {
    const one_shot server{text, true};
    const auto r = server.to(20s).request("GET", "/");
    ASSERT_FALSE(r.ok()) << text;
    EXPECT_EQ(r.error().code, core::errc::unavailable);
  }
  const one_shot server{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", true};
  EXPECT_FALSE(server.to(20s).download("/", [](std::string_view) { return true; }).ok());
}

TEST(client_of_bad_servers, gives_up_in_time) {
  const one_shot server{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", false};
  const auto r = server.to(50ms).request("GET", "/");
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.error().message.find("in time"), std::string::npos) << r.error().message;
}

TEST(client_settings_test, are_checked_before_anything_is_sent) {
  for (const auto* url :
       {"ftp://x", "localhost:8080", "http://", "http://h:99999", "http://h/api", "https://me@h"})
    EXPECT_EQ(client({url, "", "", 1s}).request("GET", "/").error().code, core::errc::invalid)
        << url;
  EXPECT_EQ(client({"http://127.0.0.1:1", "a\r\nX: b", "", 1s}).request("GET", "/").error().code,
            core::errc::invalid);
  EXPECT_EQ(client({"http://127.0.0.1:1", "", "", 1s}).request("GET", "/").error().code,
            core::errc::unavailable);
}

} // namespace
