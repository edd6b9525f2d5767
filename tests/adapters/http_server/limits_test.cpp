/// The server over real sockets: too many, too slow, too much.

#include "adapters/http_server/connection.hpp"
#include "tests/adapters/http_server/support/echo_server.hpp"

TEST_F(server_test, slow_peers_are_cut) {
  server_settings s;
  s.header_timeout = 60ms;
  s.body_idle_timeout = 60ms;
  s.idle_timeout = 60ms;
  start(s);
  raw_client silent{server_->port()};
  EXPECT_EQ(silent.until_end(), "");
  EXPECT_TRUE(has_status(ask("GET / HTTP/1.1\r\nHos"), 408));
  EXPECT_TRUE(has_status(ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"), 408));
  EXPECT_TRUE(
      has_status(ask("POST /stream HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"), 400));
  raw_client idle{server_->port()};
  ASSERT_TRUE(idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(has_status(idle.response(), 200));
  EXPECT_EQ(idle.until_end(), "");
  EXPECT_GE(server_->metrics().timeouts_total, 3U);
}

TEST_F(server_test, a_drip_of_header_bytes_does_not_hold_a_connection) {
  server_settings s;
  s.header_timeout = 100ms;
  start(s);
  raw_client c{server_->port()};
  ASSERT_TRUE(c.send("GET / HTTP/1.1\r\n"));
  std::uint64_t lines = 0;
  while (!c.has_bytes() && c.send("X: y\r\n") && lines < 100'000'000)
    ++lines;
  const auto r = c.response();
  EXPECT_TRUE(has_status(r, 408) || has_status(r, 431)) << r;
}

TEST_F(server_test, too_many_connections_are_told_so) {
  server_settings s;
  s.connections_max = 2;
  start(s);
  raw_client a{server_->port()};
  raw_client b{server_->port()};
  for (const auto* c : {&a, &b})
    ASSERT_TRUE(c->send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(has_status(a.response(), 200));
  EXPECT_TRUE(has_status(b.response(), 200));
  for (const auto* c : {&a, &b})
    ASSERT_TRUE(c->send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: "
                        "100-continue\r\n\r\n"));
  EXPECT_TRUE(has_status(a.response(), 100)) << "both are busy now";
  EXPECT_TRUE(has_status(b.response(), 100));
  raw_client third{server_->port()};
  const auto r = third.response();
  EXPECT_TRUE(has_status(r, 503)) << r;
  EXPECT_NE(r.find("Retry-After"), std::string::npos);
}

TEST_F(server_test, kept_connections_make_room_for_new_ones) {
  server_settings s;
  s.connections_max = 2;
  start(s);
  raw_client a{server_->port()};
  raw_client b{server_->port()};
  for (auto* c : {&a, &b}) {
    ASSERT_TRUE(c->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_TRUE(has_status(c->response(), 200));
  }
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(has_status(ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"), 200)) << i;
  EXPECT_EQ(a.until_end(), "") << "the one that was idle for longest was ended first";
}

TEST_F(server_test, one_client_gets_no_more_than_its_share) {
  server_settings s;
  s.connections_per_client_max = 2;
  s.loopback_is_a_proxy = false;
  start(s);
  {
    raw_client a{server_->port()};
    raw_client b{server_->port()};
    for (auto* c : {&a, &b}) {
      ASSERT_TRUE(c->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
      EXPECT_TRUE(has_status(c->response(), 200));
    }
    const auto r = raw_client{server_->port()}.response();
    EXPECT_TRUE(has_status(r, 503)) << r;
    EXPECT_EQ(server_->metrics().connections_refused_total, 1U);
  }
}

TEST_F(server_test, what_takes_long_keeps_nobody_else_waiting) {
  server_settings s;
  s.worker_threads = 1;
  s.stream_threads = 2;
  start(s);
  const std::string long_one = "GET /long HTTP/1.1\r\nHost: h\r\n\r\n";
  raw_client a{server_->port()};
  raw_client b{server_->port()};
  ASSERT_TRUE(a.send(long_one) && b.send(long_one));
  for (int n = app_.long_ones; n < 2; n = app_.long_ones)
    app_.long_ones.wait(n);
  EXPECT_TRUE(has_status(ask("GET /pause HTTP/1.1\r\nHost: h\r\n\r\n"), 200));
  const auto third = ask(long_one);
  EXPECT_TRUE(has_status(third, 503)) << third;
  EXPECT_NE(third.find("Retry-After"), std::string::npos);
  app_.let_long_ones_go = true;
  app_.let_long_ones_go.notify_all();
  EXPECT_TRUE(has_status(a.response(), 200));
  EXPECT_TRUE(has_status(b.response(), 200));
}

TEST_F(server_test, a_stranger_is_asked_before_the_body_is_read) {
  start();
  raw_client c{server_->port()};
  ASSERT_TRUE(c.send("POST /asked HTTP/1.1\r\nHost: h\r\nX-Test: stranger\r\nContent-Length: "
                     "900\r\n\r\nab"));
  const auto r = c.response();
  EXPECT_TRUE(has_status(r, 401)) << r;
  EXPECT_TRUE(has_status(ask("POST /asked HTTP/1.1\r\nHost: h\r\nX-Test: stranger\r\nContent-"
                             "Length: 3\r\nExpect: 100-continue\r\n\r\n"),
                         401))
      << "and he is not told to go on";
  raw_client known{server_->port()};
  ASSERT_TRUE(known.send("POST /asked HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: "
                         "100-continue\r\n\r\n"));
  EXPECT_TRUE(has_status(known.response(), 100));
  ASSERT_TRUE(known.send("abcd"));
  EXPECT_TRUE(known.response().ends_with("#abcd"));
}

TEST_F(server_test, strangers_take_no_place_among_the_streams) {
  server_settings s;
  s.stream_threads = 1;
  start(s);
  raw_client open{server_->port()};
  ASSERT_TRUE(open.send("POST /stream HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: "
                        "100-continue\r\n\r\n"));
  EXPECT_TRUE(has_status(open.response(), 100)) << "the one place is taken";
  const std::string upload = "POST /stream HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n";
  EXPECT_TRUE(has_status(ask(upload + "X-Test: stranger\r\n\r\nabcde"), 401));
  EXPECT_TRUE(has_status(ask(upload + "\r\nabcde"), 503));
  ASSERT_TRUE(open.send("abcde"));
  EXPECT_TRUE(open.response().ends_with("5 small"));
}

TEST_F(server_test, unverified_bodies_take_nothing_from_others_and_the_oldest_makes_room) {
  server_settings s;
  s.unverified_bytes_max = 1000;
  start(s);
  const std::string head = "POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n";
  raw_client first{server_->port()};
  ASSERT_TRUE(first.send(head + std::string(600, 'a')));
  while (server_->metrics().unverified_bytes < 600)
    std::this_thread::yield();
  raw_client second{server_->port()};
  ASSERT_TRUE(second.send(head + std::string(600, 'b')));
  EXPECT_TRUE(has_status(first.response(), 503)) << "it was incomplete for longer";
  EXPECT_TRUE(has_status(ask("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"), 200));
  ASSERT_TRUE(second.send(std::string(300, 'b')));
  EXPECT_TRUE(has_status(second.response(), 200));
}

TEST_F(server_test, a_drip_of_a_body_is_no_upload) {
  server_settings s;
  s.stream_grace = 20ms;
  s.stream_bytes_per_second_min = 1'000'000'000;
  start(s);
  raw_client c{server_->port()};
  ASSERT_TRUE(c.send("POST /stream HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n"));
  std::uint64_t sent = 0;
  while (!c.has_bytes() && c.send("x") && sent < 100'000'000)
    ++sent;
  EXPECT_TRUE(has_status(c.response(), 400));
}

TEST_F(server_test, stops_after_open_exchanges) {
  start();
  raw_client c{server_->port()};
  ASSERT_TRUE(c.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n"));
  app_.entered.get_future().wait();
  auto stopping = std::async(std::launch::async, [&] { server_->stop(20s); });
  app_.released.set_value();
  const auto r = c.response();
  EXPECT_TRUE(has_status(r, 200)) << r;
  stopping.get();
  EXPECT_FALSE(raw_client{server_->port()}.connected());
}

TEST_F(server_test, an_exchange_may_outlive_its_server) {
  start();
  raw_client c{server_->port()};
  ASSERT_TRUE(c.send("GET /never HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(has_status(c.response(), 503));
  server_.reset();
  app_.kept->respond({200, "", "nobody hears", {}});
  app_.kept.reset();
}

TEST_F(server_test, old_and_bodyless_requests) {
  start();
  const auto old = ask("GET /x HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(has_status(old, 200));
  EXPECT_NE(old.find("Connection: close"), std::string::npos);
  raw_client c{server_->port()};
  ASSERT_TRUE(c.send("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(c.until_end().ends_with("\r\n\r\n"));
  EXPECT_NE(ask("GET http://other/x HTTP/1.1\r\nHost: h\r\n\r\n").find("GET|x#"),
            std::string::npos);
}

TEST_F(server_test, wrong_settings_are_explained) {
  server_settings s;
  s.listen = {{"nowhere", 0}};
  const auto bad = server{s, app_}.start();
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().message.find("nowhere"), std::string::npos);
  s.listen = {endpoint{}};
  s.certificate_file = "/nonexistent.pem";
  s.key_file = "/nonexistent.key";
  EXPECT_EQ(server(s, app_).start().error().code, core::errc::invalid);
  start();
  s = {};
  s.listen = {{"127.0.0.1", server_->port()}};
  EXPECT_EQ(server(s, app_).start().error().code, core::errc::unavailable);
}

TEST_F(server_test, speaks_tls_to_clients_who_trust_it) {
  const std::string folder = ::testing::TempDir();
  const auto command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
                       "-days 2 -subj /CN=localhost "
                       "-addext subjectAltName=IP:127.0.0.1 -keyout " +
                       folder + "stentor.key -out " + folder + "stentor.pem 2>/dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  server_settings s;
  s.certificate_file = folder + "stentor.pem";
  s.key_file = folder + "stentor.key";
  start(s);
  auto settings = local();
  settings.url.replace(0, 4, "https");
  EXPECT_FALSE(client{settings}.request("GET", "/x").ok())
      << "nobody has vouched for this certificate";
  settings.ca_file = s.certificate_file;
  const auto r = client{settings}.request("POST", "/x", "abc");
  ASSERT_TRUE(r.ok()) << r.error().message;
  EXPECT_EQ(r->body, "POST|x#abc");
  const auto shown =
      "printf 'GET /x HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client "
      "-quiet -connect 127.0.0.1:" +
      std::to_string(server_->port()) +
      " 2>/dev/null | grep -q '^Strict-Transport-Security: max-age='";
  EXPECT_EQ(std::system(shown.c_str()), 0);
  const auto large = client{settings}.request("POST", "/x", std::string(2'000'000, 'z'));
  ASSERT_TRUE(large.ok()) << large.error().message;
  EXPECT_EQ(large->status, 413);
}

TEST(client_test, says_what_is_wrong) {
  EXPECT_EQ(client({"ftp://x", "", "", 1s}).request("GET", "/").error().code, core::errc::invalid);
  EXPECT_EQ(client({"http://127.0.0.1:1", "", "", 1s}).request("GET", "/").error().code,
            core::errc::unavailable);
  EXPECT_EQ(explain({422, "", R"({"detail":"Wrong.","errors":[{"field":"a","message":"b"}]})"}),
            "Wrong.\n  a: b");
  EXPECT_EQ(explain({502, "", "<html>"}), "The daemon answered with HTTP status 502.");
}

/// Its timer has gone off and waits behind close() for its turn: it must not be set again, or the
/// thread never ends.
TEST(io_thread_test, ends_although_its_timer_has_just_gone_off) {
  server_settings s;
  s.header_timeout = 10ms;
  echo app;
  const auto thread = std::make_shared<io_thread>(std::make_shared<shared_state>(s, app));
  thread->start_sweeping();
  asio::post(thread->context, [&] { thread->close(); });
  const auto due = std::chrono::steady_clock::now() + 10ms;
  while (std::chrono::steady_clock::now() < due) {
  }
  EXPECT_EQ(thread->context.poll(), 2U) << "both were ready";
  EXPECT_TRUE(thread->context.stopped()) << "nothing is left to wait for";
}
