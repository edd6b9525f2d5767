/// The disk fills up while campaigns are sent.
#include "actors/supervisor/disk_watch.hpp"
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

namespace {

/// A disk of a hundred bytes.
struct fake_disk final : ports::disk {
  std::shared_ptr<std::uint64_t> used = std::make_shared<std::uint64_t>(10);
  std::shared_ptr<bool> fails = std::make_shared<bool>(false);

  [[nodiscard]] core::result<core::disk_space> space() const override {
    if (*fails)
      return core::error{core::errc::unavailable, "input/output error"};
    return core::disk_space{.used_bytes = *used, .free_bytes = 100 - *used};
  }
};

class disk_watch_test : public engine_test {
protected:
  void SetUp() override {
    engine_test::SetUp();
    auto disk = std::make_unique<fake_disk>();
    used_ = disk->used;
    fails_ = disk->fails;
    watch_.emplace(context_, std::move(disk), "/state", core::disk_limits{});
  }
  void fill(std::uint64_t used) {
    *used_ = used;
    watch_->look();
  }

  std::shared_ptr<std::uint64_t> used_;
  std::shared_ptr<bool> fails_;
  std::optional<actors::disk_watch> watch_;
};

TEST_F(disk_watch_test, nobody_new_is_claimed_while_it_is_full_and_all_go_on_afterwards) {
  add_campaign(1, 2'000);
  start();
  run_until([&] { return sent_of(1) > 50; });
  fill(82);
  EXPECT_TRUE(has_alarm("Make room"));
  const auto claimed = world_.claim_calls;
  run_for(2s);
  EXPECT_GT(world_.claim_calls, claimed) << "an alarm alone stops nothing";
  fill(96);
  EXPECT_TRUE(has_alarm("until there is room"));
  run_for(2s); // what is claimed goes out
  const auto sent = sent_of(1);
  const auto calls = world_.claim_calls;
  run_for(10s);
  EXPECT_EQ(sent_of(1), sent);
  EXPECT_EQ(world_.claim_calls, calls);
  fill(70);
  EXPECT_FALSE(has_alarm("disk"));
  run_to_the_end(1);
  expect_all_accepted(1);
  expect_nobody_twice();
}

TEST_F(disk_watch_test, retries_wait_for_room_too) {
  add_campaign(1, 10);
  start();
  gateway_.answer = [](auto, auto, auto) {
    return reply{.kind = core::outcome_class::rejected, .code = 131016};
  };
  run_until([&] { return world_.waiting_retries() == 10; });
  fill(96);
  gateway_.answer = {};
  const auto sent = sent_of(1);
  run_for(10min);
  EXPECT_EQ(sent_of(1), sent);
  fill(50);
  run_to_the_end(1, 20min);
}

TEST_F(disk_watch_test, a_disk_that_cannot_be_seen_changes_nothing) {
  fill(96);
  *fails_ = true;
  fill(10);
  EXPECT_TRUE(context_->counters.disk_full);
  *fails_ = false;
  watch_->look();
  EXPECT_FALSE(context_->counters.disk_full);
  EXPECT_FALSE(has_alarm("disk"));
}

} // namespace

} // namespace stentor::test
