/// The tree: the order of starting and stopping, and what a failing actor costs.
#include "tests/actors/support/fixture.hpp"

#include <caf/send.hpp>

namespace stentor::test {

namespace {

using core::campaign_status;
using core::event_kind;
using ports::campaign_command;

class supervisor_test : public engine_test {
protected:
  [[nodiscard]] std::size_t at(std::string_view what) const {
    return static_cast<std::size_t>(
        std::distance(world_.log.begin(), std::find(world_.log.begin(), world_.log.end(), what)));
  }
  /// Where the latest one is.
  [[nodiscard]] std::ptrdiff_t last(std::string_view what) const {
    return std::distance(world_.log.begin(),
                         std::find(world_.log.rbegin(), world_.log.rend(), what).base());
  }
};

TEST_F(supervisor_test, starts_in_order) {
  start();
  EXPECT_LT(at("save_numbers"), at("hold_leases"));
  EXPECT_LT(at("hold_leases"), at("recover"));
  EXPECT_LT(at("fold"), at("recover"));
  EXPECT_LT(at("recover"), at("open_lane"));
  EXPECT_EQ(world_.logged("open_lane"), 2U);
}

TEST_F(supervisor_test, a_new_owner_waits_one_window_of_the_limit) {
  start();
  EXPECT_GT(gateway_.lanes[1].settings.start, scheduler_->clock().now());
}

TEST_F(supervisor_test, is_not_open_before_the_projection_has_caught_up) {
  world_.projection_fails = true;
  supervisor_ = system_->spawn(actors::supervisor, context_);
  caf::anon_send(supervisor_, actors::atom::open_v);
  run_for(5s);
  EXPECT_FALSE(context_->counters.ready);
  EXPECT_EQ(world_.logged("recover"), 0U);
  EXPECT_TRUE(has_alarm("engine"));
  const auto early = command(1, campaign_command::pause);
  run();
  ASSERT_TRUE(*early);
  EXPECT_EQ((*early)->problem().code, core::errc::unavailable);
  world_.projection_fails = false;
  run_until([&] { return context_->counters.ready.load(); });
  EXPECT_FALSE(has_alarm("engine"));
}

TEST_F(supervisor_test, recovery_settles_what_a_dead_process_left) {
  auto& c = add_campaign(1, 100);
  c.next_seq = 61; // recipients 1 to 60 were claimed, the first 20 of them marked
  world_.claims[world_.next_claim++] = {1, 1, 0, 1, 60, 20, false};
  world_.leases[1] = {"node#0", 0, now_ms() + 5'000};
  start();
  run_for(20s);
  EXPECT_EQ(world_.doubts.size(), 20U);
  for (core::recipient_seq seq = 1; seq <= 100; ++seq)
    EXPECT_EQ((gateway_.sent[{1, seq}]), seq <= 20 ? 0 : 1) << seq;
  EXPECT_EQ(context_->counters.in_doubt_recovered.load(), 20U);
}

TEST_F(supervisor_test, a_killed_campaign_is_started_again_alone_and_loses_nobody) {
  add_campaign(1, 600);
  add_campaign(2, 600);
  start();
  for (int i = 0; i < 4; ++i) { // in different moments of its work
    run_for(std::chrono::milliseconds{500 + 130 * i});
    if (const auto actor = context_->who.campaign(1))
      kill(actor);
  }
  EXPECT_GE(context_->counters.restarts.load(), 3U);
  EXPECT_EQ(world_.logged("open_lane"), 2U) << "the dispatch was not started again";
  run_until([&] { return world_.status(1) == campaign_status::completed; });
  run_to_the_end(2);
  run_to_the_end(1);
  expect_all_accepted(1);
  expect_all_accepted(2);
  expect_nobody_twice();
}

TEST_F(supervisor_test, a_claim_that_nobody_waits_for_any_more_comes_back) {
  add_campaign(1, 600);
  start();
  auto deaths = 0;
  world_.on_claim = [&] { // while the store works on its claim, the campaign dies
    if (sent_of(1) > 100 && ++deaths == 1)
      caf::anon_send_exit(context_->who.campaign(1), caf::exit_reason::kill);
  };
  run_to_the_end(1);
  EXPECT_EQ(context_->counters.restarts.load(), 1U);
  EXPECT_FALSE(world_.retries.empty()) << "its recipients came back by the retry queue";
  expect_all_accepted(1);
  expect_nobody_twice();
}

TEST_F(supervisor_test, a_campaign_that_fails_again_and_again_is_paused) {
  add_campaign(1, 100'000);
  start();
  for (int i = 0; i < 8; ++i) {
    run_for(500ms);
    if (const auto actor = context_->who.campaign(1))
      kill(actor);
  }
  run_for(1s);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
}

TEST_F(supervisor_test, a_killed_core_actor_restarts_the_dispatch_under_the_next_epoch) {
  add_campaign(1, 800);
  start();
  run_until([&] { return sent_of(1) > 200; });
  kill(context_->who.limiter(1));
  run_until([&] { return context_->counters.ready && world_.logged("recover") == 2; });
  EXPECT_EQ(context_->who.epoch(2), 2);
  EXPECT_EQ(context_->counters.restarts.load(), 1U);
  run_for(30s);
  expect_nobody_twice();
  for (core::recipient_seq seq = 1; seq <= 800; ++seq)
    EXPECT_TRUE((gateway_.accepted[{1, seq}] == 1 || world_.doubts.contains({1, seq}))) << seq;
  EXPECT_LT(world_.doubts.size(), 60U) << "only what was in flight is in doubt";
  EXPECT_EQ(world_.open_claims(), 0U);
}

TEST_F(supervisor_test, stops_in_order_and_leaves_nobody_in_doubt) {
  add_campaign(1, 5'000);
  start();
  run_until([&] { return sent_of(1) > 300; });
  const auto stopped = stop();
  run_for(1s);
  ASSERT_TRUE(*stopped && (*stopped)->ok());
  EXPECT_LT(last("drain"), last("release_leases"));
  EXPECT_EQ(world_.count(event_kind::accepted), sent_of(1)) << "every outcome is durable";
  EXPECT_EQ(world_.folded, world_.events.size());
  // The next start: everybody who was claimed and not sent is found, and nobody is in doubt.
  supervisor_ = nullptr;
  context_->settings.owner = "node#2";
  start();
  run_for(1s);
  EXPECT_EQ(context_->counters.in_doubt_recovered.load(), 0U);
  EXPECT_TRUE(world_.doubts.empty());
  run_to_the_end(1);
  expect_all_accepted(1);
  expect_nobody_twice();
}

TEST_F(supervisor_test, commands_reach_campaigns_that_do_not_run) {
  auto& c = add_campaign(1, 10);
  c.status = campaign_status::paused;
  start();
  run_for(1s);
  const auto resumed = command(1, campaign_command::resume);
  run_to_the_end(1);
  EXPECT_TRUE(*resumed && (*resumed)->ok());
  const auto late = command(1, campaign_command::pause);
  run();
  ASSERT_TRUE(*late);
  EXPECT_EQ((*late)->problem().code, core::errc::conflict);
}

TEST_F(supervisor_test, the_recorder_groups_what_many_actors_write) {
  add_campaign(1, 2'000);
  start();
  run_until([&] { return sent_of(1) > 500; });
  const auto commits = world_.commits;
  const auto sent = sent_of(1);
  run_for(5s);
  const auto messages = sent_of(1) - sent;
  EXPECT_GT(messages, 500U);
  EXPECT_LT(world_.commits - commits, messages) << "at most one each step of the clock";
}

} // namespace

} // namespace stentor::test
