/// The gateway against a server that keeps the rules, and one that does not: what comes out is the
/// table of outcome classes.
#include "tests/adapters/http2/support/gateway_fixture.hpp"

#include <future>

namespace stentor::test {

TEST_F(gateway_test, sends_over_tls_and_reports_each_recipient_once) {
  start({.tls = true});
  connect();
  gateway->submit(slice_of(500));
  const auto all = outcomes.wait(500);
  ASSERT_EQ(all.size(), 500U);
  std::set<core::recipient_seq> seqs;
  for (const auto& o : all) {
    EXPECT_EQ(o.kind, outcome_class::accepted);
    EXPECT_EQ(o.claim, 7);
    EXPECT_EQ(o.number, 1);
    EXPECT_EQ(o.person, 1000U + static_cast<unsigned>(o.seq));
    EXPECT_GT(o.at_ms, 0);
    seqs.insert(o.seq);
  }
  EXPECT_EQ(seqs.size(), 500U);
  EXPECT_NE(outcomes.texts().front().find("wamid.test"), std::string::npos);
  const auto first = server->requests().front();
  EXPECT_EQ(first.path, "/v25.0/1/messages");
  EXPECT_EQ(first.authorization, "Bearer secret");
  EXPECT_EQ(first.content_type, "application/json");
  EXPECT_EQ(first.content_length, std::to_string(first.body.size()));
  EXPECT_EQ(first.body.substr(0, 7), R"({"to":")");
}

TEST_F(gateway_test, sends_in_the_clear_with_prior_knowledge) {
  start();
  connect();
  gateway->submit(slice_of(50));
  EXPECT_EQ(outcomes.wait(50).size(), 50U);
  EXPECT_TRUE(eventually([&] { return gateway->metrics().in_flight == 0; }));
  EXPECT_EQ(gateway->metrics().submitted_total, 50U);
}

struct fault {
  const char* name;
  std::vector<reply> replies; ///< then 200
  outcome_class expected;
  std::size_t requests;
};

class outcome_table : public gateway_test, public ::testing::WithParamInterface<fault> {};

TEST_P(outcome_table, one_recipient_one_outcome) {
  start();
  for (const auto& r : GetParam().replies)
    server->next(r);
  settings.request_timeout = 2s;
  connect();
  gateway->submit(slice_of(1));
  const auto all = outcomes.wait(1);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].kind, GetParam().expected);
  EXPECT_EQ(server->request_count(), GetParam().requests);
}

INSTANTIATE_TEST_SUITE_P(
    a3, outcome_table,
    ::testing::Values(fault{"accepted", {}, outcome_class::accepted, 1},
                      fault{"failed", {reply::answer(400, "{}")}, outcome_class::failed, 1},
                      fault{"rejected", {reply::answer(429, "{}")}, outcome_class::rejected, 1},
                      fault{"server_error", {reply::answer(500)}, outcome_class::in_doubt, 1},
                      fault{"refused_then_accepted", {reply::reset(7)}, outcome_class::accepted, 2},
                      fault{"refused_beyond_budget",
                            {reply::reset(7), reply::reset(7), reply::reset(7), reply::reset(7)},
                            outcome_class::not_processed,
                            4},
                      fault{"goaway_below", {reply::goaway_below()}, outcome_class::accepted, 2},
                      fault{"goaway_at", {reply::goaway_at()}, outcome_class::in_doubt, 1},
                      fault{"reset_cancel", {reply::reset(8)}, outcome_class::in_doubt, 1},
                      fault{"reset_internal", {reply::reset(2)}, outcome_class::in_doubt, 1},
                      fault{"closed", {reply::close()}, outcome_class::in_doubt, 1},
                      fault{"never", {reply::never()}, outcome_class::in_doubt, 1},
                      fault{"huge_answer",
                            {reply::answer(500, std::string(1'000'000, 'x'))},
                            outcome_class::in_doubt,
                            1}),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST_F(gateway_test, reads_retry_after) {
  start();
  auto r = reply::answer(429, "{}");
  r.retry_after = "17";
  server->next(r);
  connect();
  gateway->submit(slice_of(1));
  const auto all = outcomes.wait(1);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].retry_after_s, 17);
  EXPECT_EQ(all[0].code, 130429);
}

TEST_F(gateway_test, nothing_goes_to_an_untrusted_certificate) {
  const certificate other{"localhost"};
  settings.ca_file = other.file();
  start({.tls = true});
  connect();
  gateway->submit(slice_of(3));
  EXPECT_TRUE(troubled("not trusted"));
  EXPECT_EQ(server->request_count(), 0U);
  gateway->close_number(1, {});
  for (const auto& o : outcomes.wait(3))
    EXPECT_EQ(o.kind, outcome_class::not_sent);
  EXPECT_EQ(outcomes.wait(3).size(), 3U);
}

TEST_F(gateway_test, nothing_goes_to_another_host) {
  start({.tls = true, .host = "elsewhere.example"});
  connect();
  gateway->submit(slice_of(1));
  EXPECT_TRUE(troubled("not trusted"));
  EXPECT_EQ(server->request_count(), 0U);
}

TEST_F(gateway_test, says_when_the_other_side_has_no_http2) {
  start({.tls = true, .offer_h2 = false});
  connect();
  EXPECT_TRUE(troubled("does not offer HTTP/2"));
}

TEST_F(gateway_test, says_when_the_other_side_speaks_http1) {
  start({.speak_http1 = true});
  connect();
  EXPECT_TRUE(troubled("does not speak HTTP/2"));
}

TEST_F(gateway_test, keeps_within_the_streams_allowed) {
  start({.streams_max = 1});
  settings.connections_min = settings.connections_max = 1;
  connect();
  gateway->submit(slice_of(20));
  EXPECT_EQ(outcomes.wait(20).size(), 20U);
  EXPECT_EQ(server->open_streams_most(), 1U);
}

TEST_F(gateway_test, waits_while_no_stream_is_allowed) {
  start({.streams_max = 0});
  connect();
  gateway->submit(slice_of(5));
  ASSERT_TRUE(eventually([&] { return gateway->metrics().connections > 0; }));
  EXPECT_EQ(server->request_count(), 0U);
  server->set_streams_max(10);
  EXPECT_EQ(outcomes.wait(5).size(), 5U);
}

TEST_F(gateway_test, sends_bodies_through_a_window_that_opens_late) {
  start({.window = 0});
  connect();
  gateway->submit(slice_of(5));
  ASSERT_TRUE(eventually([&] { return gateway->metrics().in_flight == 5; }));
  server->set_window(1);
  server->set_window(65'535);
  for (const auto& o : outcomes.wait(5))
    EXPECT_EQ(o.kind, outcome_class::accepted);
  EXPECT_EQ(outcomes.wait(5).size(), 5U);
}

TEST_F(gateway_test, gives_up_a_silent_connection) {
  start({.answer_pings = false});
  server->always(reply::never());
  settings.ping_interval = 40ms;
  settings.ping_timeout = 40ms;
  connect();
  gateway->submit(slice_of(1));
  const auto all = outcomes.wait(1);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].kind, outcome_class::in_doubt);
  EXPECT_TRUE(troubled("keep-alive"));
}

TEST_F(gateway_test, who_said_stop_is_not_written_to) {
  start();
  stops.add(1, 1002);
  connect();
  gateway->submit(slice_of(3));
  const auto all = outcomes.wait(3);
  ASSERT_EQ(all.size(), 3U);
  for (const auto& o : all) {
    EXPECT_EQ(o.stopped, o.seq == 2);
    EXPECT_EQ(o.kind, o.seq == 2 ? outcome_class::not_sent : outcome_class::accepted);
  }
  EXPECT_EQ(server->request_count(), 2U);
}

TEST_F(gateway_test, writes_down_who_leaves_before_it_leaves) {
  start();
  stops.add(1, 1002);
  connect();
  gateway->hold_number(1, true);
  gateway->submit(slice_of(3));
  ASSERT_TRUE(eventually([&] { return gateway->metrics().queued == 3; }));
  EXPECT_EQ(flights.departed_from(1).size(), 0U);
  std::atomic<std::size_t> there = 0;
  flights.on_departure = [&] { there += server->request_count(); };
  gateway->hold_number(1, false);
  ASSERT_EQ(outcomes.wait(3).size(), 3U);
  EXPECT_EQ(flights.departed_from(1), (std::set<std::uint32_t>{0, 2}))
      << "the second one said stop";
  EXPECT_EQ(there, 0U);
}

TEST_F(gateway_test, tells_when_nothing_more_of_a_closed_number_leaves) {
  start();
  server->always(reply::hold());
  connect();
  open(1, 100'000, 3);
  gateway->submit(slice_of(5));
  ASSERT_TRUE(eventually([&] { return server->request_count() == 3; }));
  std::promise<std::set<std::uint32_t>> departed;
  gateway->close_number(1, [&] { departed.set_value(flights.departed_from(1)); });
  gateway->submit(slice_of(2, 1, 1, 50));
  EXPECT_EQ(departed.get_future().get(), (std::set<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(outcomes.wait(4).size(), 4U) << "two waited, two came too late";
}

TEST_F(gateway_test, sends_nothing_of_another_lease) {
  start();
  connect();
  open(1, 100'000, 1'000, 2);
  gateway->submit(slice_of(2));
  for (const auto& o : outcomes.wait(2))
    EXPECT_EQ(o.kind, outcome_class::not_sent);
  EXPECT_EQ(server->request_count(), 0U);
}

TEST_F(gateway_test, held_campaigns_wait_and_revoked_ones_come_back) {
  start();
  connect();
  gateway->hold_campaign(1, true);
  gateway->submit(slice_of(4, 1));
  gateway->submit(slice_of(4, 2));
  EXPECT_EQ(outcomes.wait(4).size(), 4U);
  EXPECT_TRUE(eventually([&] { return gateway->metrics().queued == 4; }));
  gateway->revoke_campaign(1);
  const auto all = outcomes.wait(8);
  ASSERT_EQ(all.size(), 8U);
  for (const auto& o : all)
    EXPECT_EQ(o.kind, o.campaign == 1 ? outcome_class::not_sent : outcome_class::accepted);
  gateway->submit(slice_of(4, 1, 1, 100));
  gateway->hold_campaign(1, false);
  EXPECT_EQ(outcomes.wait(12).size(), 12U);
}

TEST_F(gateway_test, to_hold_gives_back_what_waits) {
  start();
  connect();
  open(1, 0.01, 10);
  open(2, 0.01, 10);
  gateway->submit(slice_of(4, 1, 1));
  gateway->submit(slice_of(4, 2, 1, 50));
  gateway->submit(slice_of(4, 1, 2, 100));
  ASSERT_TRUE(eventually([&] { return gateway->metrics().queued >= 9; }));
  gateway->hold_campaign(1, true);
  ASSERT_TRUE(eventually([&] { return gateway->metrics().queued <= 4; }));
  gateway->hold_number(1, true);
  ASSERT_TRUE(eventually([&] { return gateway->metrics().queued == 0; }));
  const auto all = outcomes.wait(10);
  EXPECT_GE(std::count_if(all.begin(), all.end(),
                          [](const auto& o) { return o.kind == outcome_class::not_sent; }),
            9);
}

TEST_F(gateway_test, held_numbers_wait_and_others_go_on) {
  start();
  connect();
  open(2);
  gateway->hold_number(1, true);
  gateway->submit(slice_of(3, 1, 1));
  gateway->submit(slice_of(3, 1, 2, 50));
  for (const auto& o : outcomes.wait(3))
    EXPECT_EQ(o.number, 2);
  gateway->hold_number(1, false);
  EXPECT_EQ(outcomes.wait(6).size(), 6U);
}

TEST_F(gateway_test, nothing_is_sent_after_the_lease) {
  start();
  connect();
  gateway->renew(1, std::chrono::steady_clock::now() - 1s);
  gateway->submit(slice_of(2));
  ASSERT_TRUE(eventually([&] { return gateway->metrics().queued == 2; }));
  ASSERT_TRUE(eventually([&] { return gateway->metrics().connections > 0; }));
  EXPECT_EQ(server->request_count(), 0U);
  gateway->renew(1, std::chrono::steady_clock::now() + 1h);
  EXPECT_EQ(outcomes.wait(2).size(), 2U);
}

TEST_F(gateway_test, nothing_is_sent_while_the_others_are_not_heard) {
  start();
  connect();
  gateway->heard_until(std::chrono::steady_clock::now() - 1s);
  gateway->submit(slice_of(2));
  ASSERT_TRUE(eventually([&] { return gateway->metrics().queued == 2; }));
  ASSERT_TRUE(eventually([&] { return gateway->metrics().connections > 0; }));
  EXPECT_EQ(server->request_count(), 0U);
  gateway->heard_until(std::chrono::steady_clock::now() + 1h);
  EXPECT_EQ(outcomes.wait(2).size(), 2U);
}

/// Between the look at the lease and the bytes the process may be frozen for long.
TEST_F(gateway_test, what_a_process_that_stood_still_was_about_to_send_stays_here) {
  std::atomic<bool> stands_still = false;
  std::atomic<std::int64_t> stood_ms = 0;
  settings.clock = [&] {
    return core::steady_time{std::chrono::steady_clock::now()} +
           std::chrono::milliseconds{stands_still ? stood_ms += 700 : stood_ms.load()};
  };
  start();
  connect();
  ASSERT_TRUE(eventually([&] { return gateway->metrics().connections > 0; }));
  stands_still = true;
  gateway->submit(slice_of(2));
  EXPECT_TRUE(troubled("stood still"));
  EXPECT_EQ(server->request_count(), 0U);
  stands_still = false;
  open(); // its lease counts by the clock that went on
  gateway->renew(1, std::chrono::steady_clock::now() + std::chrono::milliseconds{stood_ms} + 1h);
  const auto all = outcomes.wait(2);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(server->request_count(), 2U);
}

TEST_F(gateway_test, a_number_keeps_its_rate) {
  start();
  connect();
  gateway->set_rate(1, 200, 200);
  gateway->submit(slice_of(100));
  ASSERT_EQ(outcomes.wait(100).size(), 100U);
  const auto seen = server->requests();
  // 100 permits at 200 a second cannot take less; how much longer depends on the machine.
  EXPECT_GE(seen.back().at - seen.front().at, 480ms);
}

core::slice marketing_slice_of(int count) {
  auto slice = slice_of(count);
  auto marketing = std::make_shared<core::chunk>(*slice.chunk);
  marketing->marketing = true;
  slice.chunk = std::move(marketing);
  return slice;
}

TEST_F(gateway_test, marketing_keeps_its_share_of_a_number_and_the_rest_does_not_wait_for_it) {
  start();
  connect();
  gateway->set_rate(1, 100'000, 200);
  gateway->submit(marketing_slice_of(60));
  gateway->submit(slice_of(60, 2));
  const auto all = outcomes.wait(120);
  ASSERT_EQ(all.size(), 120U);
  const auto seen = server->requests();
  EXPECT_GE(seen.back().at - seen.front().at, 280ms); // 60 permits at 200 a second
  EXPECT_LE(seen[59].at - seen.front().at, 200ms) << "half of them wait for nothing";
}

TEST_F(gateway_test, a_number_without_a_share_for_marketing_sends_none) {
  start();
  connect();
  gateway->set_rate(1, 100'000, 0);
  gateway->submit(marketing_slice_of(5));
  gateway->submit(slice_of(5, 2));
  EXPECT_EQ(outcomes.wait(5).size(), 5U);
  EXPECT_EQ(server->request_count(), 5U);
  gateway->set_rate(1, 100'000, 100'000);
  EXPECT_EQ(outcomes.wait(10).size(), 10U);
}

TEST_F(gateway_test, no_more_are_open_than_a_number_is_given) {
  start({.streams_max = 1000});
  server->always(reply::hold());
  connect();
  open(1, 100'000, 10);
  gateway->submit(slice_of(60));
  ASSERT_TRUE(eventually([&] { return server->request_count() == 10; }));
  server->always(reply::answer(200));
  server->release();
  EXPECT_EQ(outcomes.wait(60).size(), 60U);
  EXPECT_LE(server->open_streams_most(), 10U);
}

/// Until a latency was measured half a second is taken for it, and twice the product is room.
TEST_F(gateway_test, no_more_are_open_than_rate_times_latency) {
  start({.streams_max = 1000});
  server->always(reply::hold());
  connect();
  open(1, 40, 0);
  gateway->submit(slice_of(60));
  ASSERT_TRUE(eventually([&] { return server->request_count() == 40; }));
  server->always(reply::answer(200));
  server->release();
  EXPECT_EQ(outcomes.wait(60).size(), 60U);
  EXPECT_LE(server->open_streams_most(), 40U);
}

TEST_F(gateway_test, campaigns_of_a_number_take_turns) {
  start({.streams_max = 1});
  settings.connections_min = settings.connections_max = 1;
  connect();
  gateway->hold_number(1, true);
  gateway->submit(slice_of(50, 1));
  gateway->submit(slice_of(50, 2));
  gateway->hold_number(1, false);
  const auto all = outcomes.wait(100);
  ASSERT_EQ(all.size(), 100U);
  const auto ones =
      std::count_if(all.begin(), all.begin() + 40, [](const auto& o) { return o.campaign == 1; });
  EXPECT_EQ(ones, 20);
}

TEST_F(gateway_test, a_person_waits_for_the_pair_limit) {
  start();
  settings.pair_interval = 100ms;
  settings.pair_burst = 1;
  connect();
  gateway->submit(slice_of(1));
  gateway->submit(slice_of(1)); // the same person
  ASSERT_EQ(outcomes.wait(2).size(), 2U);
  const auto seen = server->requests();
  EXPECT_GE(seen[1].at - seen[0].at, 90ms);
}

TEST_F(gateway_test, management_requests_are_answered) {
  start();
  server->next(reply::answer(200, std::string(300'000, 'm')));
  connect();
  std::promise<ports::management_answer> got;
  gateway->manage({"GET", "/v25.0/9/message_templates?limit=5", "other", {}},
                  [&](ports::management_answer a) { got.set_value(std::move(a)); });
  auto future = got.get_future();
  ASSERT_EQ(future.wait_for(10s), std::future_status::ready);
  const auto answer = future.get();
  EXPECT_EQ(answer.status, 200) << answer.problem;
  EXPECT_EQ(answer.body.size(), 300'000U);
  EXPECT_EQ(server->requests()[0].path, "/v25.0/9/message_templates?limit=5");
}

TEST_F(gateway_test, drain_gives_back_what_waits_and_finishes_what_is_open) {
  start();
  server->always(reply::hold());
  connect();
  gateway->submit(slice_of(3));
  ASSERT_TRUE(eventually([&] { return server->request_count() == 3; }));
  gateway->hold_number(1, true);
  gateway->submit(slice_of(2, 1, 1, 10));
  std::promise<void> drained;
  gateway->drain(10s, [&] { drained.set_value(); });
  EXPECT_EQ(outcomes.wait(2).size(), 2U);
  server->release();
  ASSERT_EQ(drained.get_future().wait_for(10s), std::future_status::ready);
  const auto all = outcomes.wait(5);
  ASSERT_EQ(all.size(), 5U);
  for (const auto& o : all)
    EXPECT_EQ(o.kind, o.seq >= 10 ? outcome_class::not_sent : outcome_class::accepted);
}

TEST_F(gateway_test, drain_without_patience_leaves_doubt) {
  start();
  server->always(reply::never());
  connect();
  gateway->submit(slice_of(3));
  ASSERT_TRUE(eventually([&] { return server->request_count() == 3; }));
  std::promise<void> drained;
  gateway->drain(1ms, [&] { drained.set_value(); });
  ASSERT_EQ(drained.get_future().wait_for(10s), std::future_status::ready);
  const auto all = outcomes.wait(3);
  ASSERT_EQ(all.size(), 3U);
  for (const auto& o : all)
    EXPECT_EQ(o.kind, outcome_class::in_doubt);
}

} // namespace stentor::test
