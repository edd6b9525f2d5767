/// What an engine does because there are other daemons on its database.

#include "tests/actors/support/fixture.hpp"

#include <gmock/gmock.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

using namespace stentor;
using namespace stentor::test;
using core::campaign_status;

namespace {

/// What is logged while it lives.
class log_lines {
public:
  log_lines() {
    auto log =
        std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_st>(to_));
    log->set_level(spdlog::level::info);
    spdlog::set_default_logger(std::move(log));
  }
  ~log_lines() { spdlog::set_default_logger(before_); }
  log_lines(const log_lines&) = delete;
  log_lines& operator=(const log_lines&) = delete;
  [[nodiscard]] std::string text() const { return to_.str(); }

private:
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::ostringstream to_;
};

class nodes_test : public engine_test {
protected:
  /// Another daemon gives a sign of life and may send from the same numbers.
  void another_one_comes() {
    world_.nodes["other"] = {
        {core::number_no{1}, core::number_no{2}}, now_ms() + 3'600'000, "other#1"};
  }
  [[nodiscard]] std::size_t released() const {
    return static_cast<std::size_t>(
        std::count_if(world_.leases.begin(), world_.leases.end(),
                      [](const auto& each) { return each.second.released; }));
  }
};

TEST_F(nodes_test, one_that_joins_gets_its_share_and_nobody_is_in_doubt) {
  add_campaign(1, 3'000);
  start();
  run_until([&] { return sent_of(1) > 300; });
  ASSERT_EQ(released(), 0U);
  another_one_comes();
  run_until([&] { return released() == 1; }, 10s);
  const auto given = world_.leases[1].released ? core::number_no{1} : core::number_no{2};
  EXPECT_TRUE(gateway_.numbers[given].closed);
  EXPECT_TRUE(world_.doubts.empty());
  for (const auto& [id, claim] : world_.claims)
    if (claim.number == given && !claim.free) {
      EXPECT_EQ(claim.mark, claim.to) << "it waits for an owner although nobody sends it";
    }
  // The other one takes it and sends nothing; what is left goes out here.
  world_.leases[given] = {"other#1", 9, now_ms() + 3'600'000};
  run_until([&] { return sent_of(1) > 2'000; });
  EXPECT_EQ(context_->counters.numbers_active.load(), 1U);
  expect_nobody_twice();
  EXPECT_FALSE(has_alarm("number"));
}

TEST_F(nodes_test, the_numbers_come_back_when_the_others_are_gone) {
  start();
  another_one_comes();
  run_until([&] { return released() == 1; }, 10s);
  world_.nodes.clear();
  run_until([&] { return context_->counters.numbers_active == 2; }, 10s);
  add_campaign(1, 200);
  run_to_the_end(1);
  expect_all_accepted(1);
}

TEST_F(nodes_test, the_log_names_a_number_as_its_owner_knows_it) {
  start();
  const log_lines log;
  world_.fate_of = [](std::string_view what) {
    return what == "release_lease" ? simulation::fate::fails : simulation::fate::arrives;
  };
  another_one_comes();
  run_until([&] { return context_->counters.numbers_active == 1; }, 10s);
  world_.nodes.clear();
  run_until([&] { return log.text().find("is ours now") != std::string::npos; }, 20s);
  EXPECT_THAT(log.text(), testing::ContainsRegex("The lease of number [12]00 could not be given"));
  EXPECT_THAT(log.text(), testing::ContainsRegex("Number [12]00 is ours now"));
}

TEST_F(nodes_test, who_vanished_may_have_messages_on_their_way) {
  for (const int number : {1, 2})
    world_.leases[core::number_no{number}] = {"other#1", 4, now_ms() + 2'000};
  start();
  const auto begin = scheduler_->clock().now();
  run_until([&] { return context_->counters.numbers_active == 2; }, 20s);
  EXPECT_GE(gateway_.numbers[1].settings.start, begin + context_->settings.longest_request + 1s);
}

TEST_F(nodes_test, who_gave_its_numbers_up_has_none) {
  for (const int number : {1, 2})
    world_.leases[core::number_no{number}] = {"other#1", 4, now_ms() - 1, true};
  start();
  EXPECT_LT(gateway_.numbers[1].settings.start, scheduler_->clock().now() + 2s);
}

TEST_F(nodes_test, stops_that_others_took_are_known_and_lifts_too) {
  start();
  another_one_comes();
  run_for(1s);
  world_.told.push_back({1, 4711, false});
  run_for(500ms);
  EXPECT_TRUE(stops_.people.contains(4711));
  world_.told.push_back({1, 4711, true});
  run_for(500ms);
  EXPECT_FALSE(stops_.people.contains(4711));
}

TEST_F(nodes_test, how_fast_numbers_send_is_told_with_their_leases) {
  add_campaign(1, 100);
  start();
  run_for(30s);
  ASSERT_FALSE(world_.paces.empty());
  for (const auto& [number, per_second] : world_.paces)
    EXPECT_GT(per_second, 0) << number;
}

TEST_F(nodes_test, a_pause_that_another_took_holds_here_within_a_second) {
  add_campaign(1, 5'000);
  start();
  another_one_comes();
  run_until([&] { return sent_of(1) > 200; });
  world_.campaigns[1].terms.status = campaign_status::paused;
  run_for(1s);
  const auto sent = sent_of(1);
  run_for(5s);
  EXPECT_EQ(sent_of(1), sent);
  world_.campaigns[1].terms.status = campaign_status::sending;
  run_for(3s);
  EXPECT_GT(sent_of(1), sent + 50);
}

TEST_F(nodes_test, a_cancel_that_another_took_ends_the_campaign_here) {
  add_campaign(1, 5'000);
  start();
  another_one_comes();
  run_until([&] { return sent_of(1) > 200; });
  world_.campaigns[1].terms.status = campaign_status::cancelled;
  run_for(1s);
  const auto sent = sent_of(1);
  run_for(5s);
  EXPECT_EQ(sent_of(1), sent);
  EXPECT_FALSE(context_->running.campaign(1));
}

TEST_F(nodes_test, a_campaign_that_another_completed_runs_here_no_longer) {
  auto& c = add_campaign(1, 5'000);
  c.numbers = {core::number_no{7}}; // none of this daemon's
  start();
  another_one_comes();
  run_for(2s);
  ASSERT_TRUE(context_->running.campaign(1));
  world_.campaigns[1].terms.status = campaign_status::completed;
  run_for(1s);
  EXPECT_FALSE(context_->running.campaign(1));
  EXPECT_EQ(context_->counters.campaigns_running.load(), 0U);
}

TEST_F(nodes_test, a_number_that_was_paused_elsewhere_is_paused_here_and_stays_so_when_taken_over) {
  add_campaign(1, 5'000);
  start();
  run_until([&] { return sent_of(1) > 200; });
  world_.orders[1] = {1, true};
  world_.orders[2] = {1, true};
  run_for(1s);
  const auto sent = sent_of(1);
  run_for(3s);
  EXPECT_EQ(sent_of(1), sent);
  world_.orders[2] = {2, false};
  run_for(3s);
  EXPECT_GT(sent_of(1), sent + 50);
  EXPECT_TRUE(gateway_.numbers[1].held);
  // It was lost and comes back under the next epoch.
  world_.leases[1].epoch = 7;
  world_.leases[1].owner = "other#1";
  world_.leases[1].expires_ms = now_ms();
  run_until([&] { return context_->running.epoch(1) == 8; }, 20s);
  run_for(1s);
  EXPECT_TRUE(gateway_.numbers[1].held);
}

TEST_F(nodes_test, who_hears_nothing_of_the_others_may_send_for_a_second_at_most) {
  start();
  run_for(1s);
  EXPECT_EQ(gateway_.heard, core::steady_time::max()) << "there are none";
  another_one_comes();
  run_for(1s);
  EXPECT_GT(gateway_.heard, scheduler_->clock().now());
  EXPECT_LE(gateway_.heard, scheduler_->clock().now() + 1s);
  world_.store_fails = true;
  run_for(2s);
  EXPECT_LT(gateway_.heard, scheduler_->clock().now());
  world_.store_fails = false;
  run_for(1s);
  EXPECT_GT(gateway_.heard, scheduler_->clock().now());
}

TEST_F(nodes_test, a_campaigns_own_limit_is_kept_by_all_together) {
  add_campaign(1, 5'000).rate_limit_per_minute = 601;
  start();
  run_for(1s);
  EXPECT_EQ(gateway_.campaign_rates[1], 601);
  another_one_comes();
  run_until([&] { return context_->counters.numbers_active == 1; }, 10s);
  run_for(1s);
  EXPECT_GE(gateway_.campaign_rates[1], 300);
  EXPECT_LE(gateway_.campaign_rates[1], 301);
}

TEST_F(nodes_test, a_number_from_which_nobody_sends_is_told_of) {
  context_->settings.longest_request = 5s;
  start();
  world_.foreign_lease = true; // somebody alive is to have them, and takes none
  world_.leases.clear();
  run_for(60s);
  EXPECT_EQ(context_->counters.numbers_without_lease.load(), 2U);
  EXPECT_TRUE(has_alarm("100"));
  world_.foreign_lease = false;
  run_for(20s);
  EXPECT_EQ(context_->counters.numbers_without_lease.load(), 0U);
  EXPECT_FALSE(has_alarm("100"));
}

} // namespace
