/// The tree: the order of starting and stopping, and what a failing actor costs.
#include "tests/actors/support/fixture.hpp"

#include "actors/supervisor/guard.hpp"

#include <caf/send.hpp>

namespace stentor::test {

namespace {

using core::campaign_command;
using core::campaign_status;
using core::event_kind;

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
  EXPECT_LT(at("save_numbers"), at("acquire_leases"));
  EXPECT_LT(at("acquire_leases"), at("recover"));
  EXPECT_LT(at("recover"), at("open_number"));
  EXPECT_EQ(world_.logged("open_number"), 2U);
}

TEST_F(supervisor_test, a_new_owner_reckons_with_what_the_one_before_has_sent) {
  start();
  EXPECT_TRUE(gateway_.numbers[1].settings.after_another);
}

TEST_F(supervisor_test, opens_however_far_the_projection_is_behind) {
  add_campaign(1, 20);
  world_.campaigns[1].next_seq = 21;
  world_.claims[world_.next_claim++] = {1, 1, 0, 1, 20, 10, false};
  world_.leases[1] = {"node#0", 0, now_ms() + 5'000};
  for (core::recipient_seq seq = 1; seq <= 9; ++seq)
    world_.append({.who = {1, seq},
                   .attempt = 0,
                   .kind = event_kind::accepted,
                   .code = 0,
                   .at_ms = now_ms(),
                   .number = 1,
                   .text = "wamid",
                   .committed_ms = now_ms()});
  world_.projection_fails = true;
  start();
  EXPECT_EQ(world_.doubts.size(), 1U) << "nine outcomes are in the ledger, though not folded";
  EXPECT_TRUE(world_.doubts.contains({1, 10}));
  run_for(5s);
  for (core::recipient_seq seq = 1; seq <= 20; ++seq)
    EXPECT_EQ((gateway_.sent[{1, seq}]), seq <= 10 ? 0 : 1) << seq;
  world_.projection_fails = false;
}

TEST_F(supervisor_test, says_when_the_database_keeps_silent) {
  start();
  EXPECT_FALSE(has_alarm("leases"));
  world_.store_fails = true;
  run_for(context_->settings.lease_duration - 1s);
  EXPECT_FALSE(has_alarm("leases"));
  run_for(context_->settings.lease_duration);
  EXPECT_TRUE(has_alarm("leases"));
  world_.store_fails = false;
  run_for(context_->settings.lease_duration);
  EXPECT_FALSE(has_alarm("leases"));
}

TEST_F(supervisor_test, does_not_fail_unnoticed) {
  start();
  // Another one, since nobody would end the actors of the engine's own.
  const auto idle = system_->spawn(actors::supervisor, context_);
  const auto watching = system_->spawn(actors::guard, idle, context_);
  run();
  EXPECT_FALSE(context_->counters.failed);
  kill(idle);
  EXPECT_TRUE(context_->counters.failed);
  EXPECT_FALSE(context_->counters.ready);
  EXPECT_TRUE(has_alarm("engine"));
}

TEST_F(supervisor_test, recovery_settles_what_a_dead_process_left) {
  add_campaign(1, 100);
  world_.campaigns[1].next_seq = 61; // recipients 1 to 60 were claimed, the first 20 of them marked
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
    if (const auto actor = context_->running.campaign(1))
      kill(actor);
  }
  EXPECT_GE(context_->counters.restarts.load(), 3U);
  EXPECT_EQ(world_.logged("open_number"), 2U) << "the dispatch was not started again";
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
      caf::anon_send_exit(context_->running.campaign(1), caf::exit_reason::kill);
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
    if (const auto actor = context_->running.campaign(1))
      kill(actor);
  }
  run_for(1s);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_EQ(world_.campaigns[1].reason->code, "campaign_keeps_failing");
}

TEST_F(supervisor_test, a_killed_core_actor_restarts_the_dispatch_under_the_next_epoch) {
  add_campaign(1, 800);
  start();
  run_until([&] { return sent_of(1) > 200; });
  kill(context_->running.limiter(1));
  run_until([&] { return context_->counters.ready && world_.logged("recover") == 2; });
  EXPECT_EQ(context_->running.epoch(2), 2);
  EXPECT_EQ(context_->counters.restarts.load(), 1U);
  run_for(30s);
  expect_nobody_twice();
  for (core::recipient_seq seq = 1; seq <= 800; ++seq)
    EXPECT_TRUE((gateway_.accepted[{1, seq}] == 1 || world_.doubts.contains({1, seq}))) << seq;
  for (const auto& [who, doubt] : world_.doubts)
    EXPECT_TRUE(gateway_.sent.contains(who)) << "recipient " << who.second << " was in no request";
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
  EXPECT_EQ((*late)->error().code, core::errc::conflict);
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

TEST_F(supervisor_test, an_order_does_not_overtake_the_start) {
  start();
  add_campaign(1, 20);
  for (int waits = 0; waits < 1'000 && !context_->running.campaign(1);)
    if (!scheduler_->try_run_once()) {
      scheduler_->advance_time(10ms);
      ++waits;
    }
  ASSERT_TRUE(context_->running.campaign(1)) << "spawned; its first message waits";
  const auto cancelled = command(1, core::campaign_command::cancel);
  caf::anon_send<caf::message_priority::high>(
      context_->running.campaign(1), actors::order_ended{.command = core::campaign_command::cancel,
                                                         .problem = std::nullopt,
                                                         .no = 1});
  run_for(2s);
  EXPECT_EQ(sent_of(1), 0U);
  EXPECT_EQ(context_->counters.restarts, 0U);
}

struct telling {
  campaign_status state;
  campaign_command command;
};

void PrintTo(const telling& t, std::ostream* out) {
  *out << core::to_string(t.command) << " in " << core::to_string(t.state);
}

class told : public supervisor_test, public ::testing::WithParamInterface<telling> {};

/// A campaign that doesn't run is told by the same table as one that does.
TEST_P(told, a_campaign_takes_what_its_state_allows) {
  const auto [state, what] = GetParam();
  add_campaign(1, 10).status = state;
  if (state == campaign_status::sending)
    world_.campaigns[1].terms.recipients_total = 100'000; // it goes on for the whole test
  start();
  run_for(500ms);
  const auto answer = command(1, what);
  run_for(100ms);
  ASSERT_TRUE(*answer);
  if (core::may_be_told(state, what)) {
    EXPECT_TRUE((*answer)->ok());
    return;
  }
  EXPECT_EQ((*answer)->error().code, core::errc::conflict);
  EXPECT_EQ(world_.status(1), state);
  run_for(2s);
  EXPECT_EQ(sent_of(1) > 0, state == campaign_status::sending);
}

std::vector<telling> every_telling() {
  std::vector<telling> all;
  using enum campaign_status;
  for (const auto state :
       {draft, scheduled, sending, paused, completed, cancelled, expired, failed})
    for (const auto command :
         {campaign_command::pause, campaign_command::resume, campaign_command::cancel})
      all.push_back({state, command});
  return all;
}

INSTANTIATE_TEST_SUITE_P(every, told, ::testing::ValuesIn(every_telling()));

TEST_F(supervisor_test, a_command_is_written_with_its_audit_row_and_a_refused_one_without) {
  add_campaign(1, 100'000);
  start();
  run_for(500ms);
  const actors::campaign_order pause{
      .campaign = 1,
      .command = campaign_command::pause,
      .reason = core::bare_text("by a test"),
      .audit = ports::audit_entry{
          .who = {.organization = 1, .role = "operator", .actor = "cli", .source = {}},
          .action = "campaign.pause",
          .subject = "campaign-1",
          .detail = {}}};
  const auto first = ask(pause);
  const auto second = ask(pause);
  run_for(100ms);
  EXPECT_TRUE(*first && (*first)->ok());
  ASSERT_TRUE(*second);
  EXPECT_EQ((*second)->error().code, core::errc::conflict);
  ASSERT_EQ(world_.audits.size(), 1U);
  EXPECT_EQ(world_.audits[0].action, "campaign.pause");
  EXPECT_EQ(world_.audits[0].order, "node#1/1");
}

TEST_F(supervisor_test, commands_to_a_campaign_that_dies_or_ends_are_answered) {
  add_campaign(1, 100'000);
  add_campaign(2, 100'000).template_name = "broken"; // it pauses itself at once
  start();
  std::vector<heard> answers;
  for (int i = 0; i < 10; ++i) {
    for (const auto campaign : {core::campaign_no{1}, core::campaign_no{2}})
      for (const auto what : {campaign_command::pause, campaign_command::resume})
        answers.push_back(command(campaign, what));
    if (const auto actor = context_->running.campaign(1))
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    run_for(50ms);
  }
  for (const auto campaign : {core::campaign_no{1}, core::campaign_no{2}})
    answers.push_back(command(campaign, campaign_command::cancel));
  run_for(1s);
  for (std::size_t i = 0; i < answers.size(); ++i)
    EXPECT_TRUE(*answers[i]) << "command " << i;
  EXPECT_EQ(world_.status(1), campaign_status::cancelled);
  EXPECT_EQ(world_.status(2), campaign_status::cancelled);
}

TEST_F(supervisor_test, commands_are_answered_when_the_tree_falls) {
  add_campaign(1, 100'000);
  start();
  run_for(1s);
  const auto limiter = context_->running.limiter(1);
  auto answers =
      std::vector<heard>{command(1, campaign_command::pause),
                         ask(actors::atom::sync_v, core::organization_no{1}), resume_number("100")};
  caf::anon_send_exit(limiter, caf::exit_reason::kill);
  run_for(5s);
  answers.push_back(stop());
  run_for(1s);
  for (std::size_t i = 0; i < answers.size(); ++i)
    EXPECT_TRUE(*answers[i]) << "request " << i;
}

} // namespace

} // namespace stentor::test
