/// The server over real sockets: limits, pipelining, streams, slow peers, strictness, end.

#include "tests/adapters/http_server/support/echo_server.hpp"

TEST_F(server_test, answers_and_decodes) {
  start();
  const auto r = ask("GET /a%20b/c?x=1+2&y=%41 HTTP/1.1\r\nHost: h\r\nX-Test: t\r\n\r\n");
  EXPECT_TRUE(has_status(r, 200)) << r;
  EXPECT_NE(r.find("GET|a b|c?x=1 2?y=A#t"), std::string::npos) << r;
  EXPECT_EQ(r.find("\nSet-Cookie"), std::string::npos)
      << "a header's value must not make a second header";
}

TEST_F(server_test, keeps_the_order_of_pipelined_requests) {
  start();
  raw_client c{server_->port()};
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += "POST /" + std::string{i % 2 == 0 ? "io" : "later"} +
           " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n" + std::to_string(10 + i);
  ASSERT_TRUE(c.send(all));
  for (int i = 0; i < 50; ++i) {
    const auto r = c.response();
    EXPECT_TRUE(has_status(r, 200));
    EXPECT_TRUE(
        r.ends_with(i % 2 == 0 ? "POST|io#" + std::to_string(10 + i) : std::string{"later"}))
        << r;
  }
  EXPECT_EQ(server_->metrics().connections_total, 1U);
}

TEST_F(server_test, takes_bytes_one_by_one) {
  start();
  raw_client c{server_->port()};
  for (const char byte : std::string{"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                                     "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"})
    ASSERT_TRUE(c.send({&byte, 1}));
  EXPECT_TRUE(c.response().ends_with("#abcde"));
}

TEST_F(server_test, refuses_what_is_no_http) {
  start();
  const std::pair<const char*, int> wrong[] = {
      {"nonsense\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 400},
      {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a% HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
       400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabc", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 200-ok\r\n\r\nabc", 417},
  };
  for (const auto& [text, status] : wrong) {
    const auto r = ask(text);
    EXPECT_TRUE(has_status(r, status)) << text << r;
    EXPECT_NE(r.find("Connection: close"), std::string::npos);
  }
  EXPECT_TRUE(has_status(
      ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), 431));
  EXPECT_TRUE(has_status(ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;" +
                             std::string(200'000, 'x')),
                         400));
}

TEST_F(server_test, refuses_large_bodies_before_they_come) {
  start();
  EXPECT_TRUE(has_status(ask("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"), 413));
  EXPECT_TRUE(
      has_status(ask("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
                     std::string(1024, 'x')),
                 413));
  EXPECT_TRUE(has_status(
      ask("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n"), 400));
}

TEST_F(server_test, says_continue_only_where_the_body_is_wanted) {
  start();
  raw_client c{server_->port()};
  ASSERT_TRUE(
      c.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(c.response(), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(c.send("abc"));
  EXPECT_TRUE(c.response().ends_with("#abc"));
  const auto refused =
      ask("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(has_status(refused, 403)) << refused;
}

TEST_F(server_test, streams_in_both_directions_in_small_pieces) {
  start();
  std::istringstream body{std::string(20'000'000, 'y')};
  std::uint64_t told = 0;
  client c{local()};
  const auto up = c.upload("/stream", "text/csv", body, [&](std::uint64_t n) { told = n; });
  ASSERT_TRUE(up.ok()) << up.error().message;
  EXPECT_EQ(up->body, "20000000 small");
  EXPECT_EQ(told, 20'000'000U);
  std::uint64_t size = 0;
  const auto down = c.download("/pieces", [&](std::string_view piece) {
    size += piece.size();
    return true;
  });
  ASSERT_TRUE(down.ok()) << down.error().message;
  EXPECT_EQ(size, 5'000'000U);
}

TEST_F(server_test, a_reader_who_leaves_stops_the_writer) {
  start();
  {
    raw_client c{server_->port()};
    ASSERT_TRUE(c.send("GET /pieces HTTP/1.1\r\nHost: h\r\n\r\n"));
  }
  server_->stop(10s);
  EXPECT_EQ(server_->metrics().connections, 0U);
}

TEST_F(server_test, handlers_that_fail_are_answered) {
  start();
  EXPECT_TRUE(has_status(ask("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n"), 500));
  EXPECT_TRUE(has_status(ask("GET /drop HTTP/1.1\r\nHost: h\r\n\r\n"), 500));
  EXPECT_TRUE(has_status(ask("GET /never HTTP/1.1\r\nHost: h\r\n\r\n"), 503));
  app_.kept->respond({200, "", "too late", {}});
  app_.kept.reset();
}
