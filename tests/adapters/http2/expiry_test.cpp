/// What has expired does not leave, whenever the process stands still.
#include "tests/adapters/http2/support/gateway_fixture.hpp"

#include "adapters/http2/session.hpp"

namespace stentor::test {

namespace {

constexpr core::wall_time morning{std::chrono::hours{24 * 365 * 56}};
constexpr core::wall_time end = morning + 1min;

core::slice slice_until(core::wall_time leaves_before, int count, core::recipient_seq from = 1) {
  auto s = slice_of(count, 1, 1, from);
  auto made = std::make_shared<core::chunk>(*s.chunk);
  made->leaves_before = leaves_before;
  s.chunk = std::move(made);
  return s;
}

} // namespace

class expiry : public gateway_test {
protected:
  expiry() {
    settings.wall_clock = [this] { return wall_.load(); };
  }

  std::atomic<core::wall_time> wall_ = morning;
};

TEST_F(expiry, gives_back_what_would_leave_behind_it) {
  start();
  connect();
  gateway->submit(slice_until(end, 1));
  ASSERT_EQ(outcomes.wait(1).size(), 1U);
  wall_ = end - settings.write_time;
  gateway->submit(slice_until(end, 2, 2));
  const auto all = outcomes.wait(3);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].kind, outcome_class::accepted);
  EXPECT_EQ(all[1].kind, outcome_class::not_sent);
  EXPECT_EQ(all[2].kind, outcome_class::not_sent);
  EXPECT_FALSE(all[1].stopped);
  EXPECT_EQ(server->request_count(), 1U);
  gateway->submit(slice_until(end + 1min, 1, 4));
  EXPECT_EQ(outcomes.wait(4).size(), 4U);
  EXPECT_EQ(server->request_count(), 2U);
}

TEST_F(expiry, gives_back_what_may_not_leave_yet_by_a_clock_that_stepped_back) {
  start();
  connect();
  auto early = slice_until(end, 1);
  auto made = std::make_shared<core::chunk>(*early.chunk);
  made->leaves_from = morning;
  early.chunk = std::move(made);
  wall_ = morning - 1ms;
  gateway->submit(early);
  ASSERT_EQ(outcomes.wait(1).size(), 1U);
  EXPECT_EQ(outcomes.wait(1)[0].kind, outcome_class::not_sent);
  EXPECT_EQ(server->request_count(), 0U);
  wall_ = morning;
  gateway->submit(early);
  EXPECT_EQ(outcomes.wait(2)[1].kind, outcome_class::accepted);
}

TEST_F(expiry, is_looked_at_again_right_before_the_bytes_go) {
  start();
  connect();
  ASSERT_TRUE(eventually([&] { return gateway->metrics().connections > 0; }));
  flights.on_departure = [&] { wall_ = end; }; // the process stood still just here
  gateway->submit(slice_until(end, 2));
  EXPECT_TRUE(troubled("stood still"));
  const auto all = outcomes.wait(2);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].kind, outcome_class::not_sent);
  EXPECT_EQ(all[1].kind, outcome_class::not_sent);
  EXPECT_EQ(server->request_count(), 0U);
}

namespace {

class ends_of_streams final : public http2::session_listener {
public:
  void before_departure(const http2::stream&) noexcept override {}
  void on_stream_end(http2::stream& s, http2::stream_end how) override { all[&s] = how; }
  void on_goaway() override {}
  std::map<http2::stream*, http2::stream_end> all;
};

void stand_for(http2::stream& s, const core::slice& of) {
  s.head = std::make_shared<const http2::request_head>("POST", "https", "meta.invalid", "/1",
                                                       "secret", "test", true);
  s.chunk = of.chunk;
  s.body = of.chunk->body(of.chunk->items[0]);
}

} // namespace

/// The other side's window of 65,535 bytes does not take the bodies, which wait for longer.
TEST(expiring_session, takes_back_what_is_not_yet_written_whole) {
  ends_of_streams ends;
  http2::session session{{}, ends};
  ASSERT_TRUE(session.feed({"\0\0\0\4\0\0\0\0\0", 9})); // SETTINGS
  std::array<http2::stream, 3> streams;
  const auto long_one = [](core::wall_time leaves_before) {
    auto made = std::make_shared<core::chunk>(*slice_until(leaves_before, 1).chunk);
    made->bodies.assign(60'000, ' ');
    made->items[0].body_size = 60'000;
    return core::slice{std::move(made), 0, 1};
  };
  stand_for(streams[0], long_one(end));
  stand_for(streams[1], long_one(end + 1min));
  stand_for(streams[2], slice_until(end, 1));
  ASSERT_TRUE(session.submit(streams[0]) && session.submit(streams[1]));
  std::string bytes;
  ASSERT_TRUE(session.produce(bytes, 1'000'000));
  EXPECT_EQ(session.unwritten(), 2U);
  ASSERT_TRUE(session.submit(streams[2]));
  EXPECT_EQ(session.unwritten(), 3U);

  EXPECT_EQ(session.take_back(end - 1ms), end);
  EXPECT_TRUE(ends.all.empty());
  EXPECT_EQ(session.take_back(end), end + 1min);
  ASSERT_TRUE(session.produce(bytes, 1'000'000));
  EXPECT_EQ(ends.all.size(), 2U);
  EXPECT_EQ(ends.all.at(&streams[0]), http2::stream_end::in_doubt) << "a part of it has left";
  EXPECT_EQ(ends.all.at(&streams[2]), http2::stream_end::not_sent);
  EXPECT_EQ(session.unwritten(), 1U);
  session.abandon(0);
}

} // namespace stentor::test
