#pragma once
/// A server that answers with what it got, in the way the path says.

#include "adapters/http_client/client.hpp"
#include "adapters/http_server/server.hpp"
#include "tests/adapters/http_server/support/raw_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <sstream>
#include <thread>

using namespace std::chrono_literals;
using namespace stentor;
using namespace stentor::http_server;
using stentor::test::raw_client;

namespace {

/// Answers with what it got, in the way the path says.
class echo final : public application {
public:
  plan expect(const request& head) override {
    plan p;
    p.body_max = 1000;
    p.streamed = head.target == "/stream" || head.target == "/refuse";
    p.on_io_thread = head.target == "/io";
    p.on_stream_thread = head.target == "/long" || head.target == "/pieces" || p.streamed;
    p.ask_first = head.target == "/asked" || head.target == "/stream";
    p.unverified = head.target == "/hook";
    if (head.target == "/never")
      p.answer_within = 50ms;
    return p;
  }
  std::optional<response> admit(const exchange& e) override {
    if (e.head().header("x-test") == "stranger")
      return response{401, "text/plain", "who is it?", {}};
    return {};
  }
  void handle(std::shared_ptr<exchange> e) override {
    const std::string target{e->head().target};
    if (target == "/stream")
      return stream(e);
    if (target == "/refuse")
      return e->respond({403, "text/plain", "no", {}});
    if (target == "/throw")
      throw std::runtime_error{"a bug"};
    if (target == "/drop")
      return;
    if (target == "/never") {
      kept = e;
      return;
    }
    if (target == "/later") {
      std::thread{[e] { e->respond({200, "text/plain", "later", {}}); }}.detach();
      return;
    }
    if (target == "/pieces")
      return pieces(e);
    if (target == "/long") {
      ++long_ones;
      long_ones.notify_all();
      let_long_ones_go.wait(false);
    }
    if (target == "/wait") {
      entered.set_value();
      released.get_future().wait();
    }
    std::string text{e->head().method};
    for (const auto& segment : e->head().path)
      text += "|" + segment;
    for (const auto& [key, value] : e->head().query)
      text += "?" + key + "=" + value;
    e->respond({200,
                "text/plain",
                text + "#" + e->body() + std::string{e->head().header("x-test")},
                {{"X-Evil", "a\r\nSet-Cookie: b"}}});
  }
  response problem(int status, std::string_view detail) override {
    return {status, "text/plain", std::string{detail}, {}};
  }

  static void stream(const std::shared_ptr<exchange>& e) {
    auto size = std::make_shared<std::uint64_t>(0);
    auto largest = std::make_shared<std::size_t>(0);
    e->receive(
        [=](std::string_view piece) {
          *size += piece.size();
          *largest = std::max(*largest, piece.size());
          return true;
        },
        [=](const core::status& how) {
          e->respond({how ? 200 : 400,
                      "text/plain",
                      std::to_string(*size) + (*largest <= 256 * 1024 ? " small" : " large"),
                      {}});
        });
  }
  static void pieces(const std::shared_ptr<exchange>& e) {
    e->begin({200, "text/plain", "", {}});
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 50; ++i)
      if (!e->write(piece))
        return e->end(false);
    e->end(true);
  }

  std::atomic<int> long_ones{0};
  std::atomic<bool> let_long_ones_go{false};
  std::shared_ptr<exchange> kept;
  std::promise<void> entered;
  std::promise<void> released;
};

class server_test : public ::testing::Test {
protected:
  void start(server_settings s = {}) {
    server_.emplace(std::move(s), app_);
    const auto started = server_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }
  std::string ask(const std::string& text) {
    raw_client c{server_->port()};
    EXPECT_TRUE(c.send(text));
    return c.response();
  }
  client_settings local() const {
    return {"http://127.0.0.1:" + std::to_string(server_->port()), "", "", 20s};
  }

  echo app_;
  std::optional<server> server_;
};

inline bool has_status(const std::string& response, int status) {
  return response.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

} // namespace
