/// What is handed out says until when it may leave, so that nothing depends on when somebody looks
/// at the clock.
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

using core::campaign_status;

class expiry_test : public engine_test {
protected:
  /// Everything that waited goes on at once when the process wakes; nobody more is sent to.
  void stand_still_with_a_full_queue() {
    const auto sent = sent_of(1);
    std::size_t queued = 0;
    for (const auto& [number, l] : gateway_.numbers)
      queued += l.queue.size();
    ASSERT_GT(queued, 0U);
    scheduler_->advance_time(10s);
    gateway_.deliver(10s);
    EXPECT_EQ(sent_of(1), sent);
    run_for(5s);
    EXPECT_EQ(sent_of(1), sent);
  }
};

/// Everything that waited goes on at once when a frozen process wakes, and the gateway may come
/// before the campaign.
TEST_F(expiry_test, nothing_leaves_that_a_frozen_process_had_queued) {
  add_campaign(1, 5'000).expires_at = core::wall_time{std::chrono::milliseconds{now_ms()}} + 5s;
  start();
  run_for(4s);
  const auto sent = sent_of(1);
  ASSERT_GT(sent, 0U);
  stand_still_with_a_full_queue();
  EXPECT_EQ(world_.status(1), campaign_status::expired);
  EXPECT_EQ(world_.open_claims(), 0U);
  EXPECT_EQ(world_.count(core::event_kind::accepted), sent);
}

/// The end of a send window is one of many, and what comes back goes out in the next one.
TEST_F(expiry_test, nothing_leaves_behind_the_end_of_a_send_window) {
  add_campaign(1, 20'000).window =
      core::send_window{.days = {}, .from_minute = 8 * 60 + 3, .until_minute = 8 * 60 + 1};
  start();
  run_for(3s);
  // Somebody is always on his way; the process stands still from a second before the end on.
  run_until([&] { return now_ms() % 60'000 >= 59'000; });
  const auto sent = sent_of(1);
  ASSERT_GT(sent, 0U);
  ASSERT_LT(sent, 20'000U);
  stand_still_with_a_full_queue();
  run_to_the_end(1, 10min);
  expect_nobody_twice();
  expect_all_accepted(1);
}

} // namespace stentor::test
