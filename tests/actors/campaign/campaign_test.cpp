/// One campaign's way through the engine: claims, marks, holding, retries, its end.
#include "tests/actors/support/fixture.hpp"

#include <caf/send.hpp>

namespace stentor::test {

namespace {

using core::campaign_command;
using core::campaign_status;
using core::event_kind;
using core::outcome_class;

class campaign_test : public engine_test {};

TEST_F(campaign_test, goes_from_claims_to_completed) {
  add_campaign(1, 500);
  start();
  run_to_the_end(1);
  expect_all_accepted(1);
  expect_nobody_twice();
  EXPECT_EQ(world_.count(event_kind::accepted), 500U);
  EXPECT_TRUE(world_.claims.empty());
  EXPECT_TRUE(flight_file_.empty()) << "a claim's slot is free behind the commit that ends it";
  EXPECT_EQ(world_.logged("end completed"), 1U);
  EXPECT_EQ(context_->counters.campaigns_running.load(), 0U);
}

TEST_F(campaign_test, nothing_is_sent_while_the_ledger_fails_and_it_goes_on_afterwards) {
  add_campaign(1, 400);
  world_.ledger_fails = true;
  supervisor_ = system_->spawn(actors::supervisor, context_);
  caf::anon_send(supervisor_, actors::atom::start_v);
  run_for(3s);
  EXPECT_TRUE(gateway_.sent.empty());
  world_.ledger_fails = false;
  run_until([&] { return sent_of(1) > 50; });

  world_.ledger_fails = true;
  run_for(1s); // what has its mark goes out
  const auto before = sent_of(1);
  run_for(5s);
  EXPECT_EQ(sent_of(1), before);
  EXPECT_TRUE(has_alarm("cannot be stored"));
  world_.ledger_fails = false;
  run_to_the_end(1);
  EXPECT_FALSE(has_alarm("cannot be stored"));
  expect_all_accepted(1);
}

TEST_F(campaign_test, two_campaigns_share_a_number_fairly) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 2'000).numbers = {1};
  add_campaign(2, 2'000).numbers = {1};
  start();
  run_for(12s);
  const auto first = static_cast<double>(sent_of(1));
  const auto second = static_cast<double>(sent_of(2));
  EXPECT_GT(first + second, 80 * 10);
  EXPECT_NEAR(first / (first + second), 0.5, 0.05);
}

TEST_F(campaign_test, a_slow_one_takes_no_room_from_another_on_its_number) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 2'000).numbers = {1};
  world_.campaigns[1].terms.rate_limit_per_minute = 60;
  add_campaign(2, 2'000).numbers = {1};
  start();
  run_for(12s);
  EXPECT_NEAR(static_cast<double>(sent_of(1)), 11, 2);
  EXPECT_GT(sent_of(2), 78 * 10U) << "of 79 a second";
}

TEST_F(campaign_test, one_that_is_held_takes_no_room_from_another_on_its_number) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 20'000).numbers = {1};
  start();
  run_for(3s);
  add_campaign(2, 2'000).numbers = {1};
  command(1, campaign_command::pause); // its recipients fill the number's queue
  run_for(2s);
  const auto before = sent_of(2);
  run_for(10s);
  EXPECT_GT(sent_of(2) - before, 79 * 10U) << "of 80 a second";
}

TEST_F(campaign_test, own_limit_reaches_the_gateway_and_the_slices) {
  add_campaign(1, 3'000).rate_limit_per_minute = 600; // 5 a second on each of two numbers
  start();
  run_for(2s);
  EXPECT_EQ(gateway_.campaign_rates.at(1), 600);
  ASSERT_FALSE(gateway_.slice_sizes.empty());
  EXPECT_EQ(*std::max_element(gateway_.slice_sizes.begin(), gateway_.slice_sizes.end()), 1U);
  run_to_the_end(1, 400s);
  EXPECT_EQ(gateway_.campaign_rates.at(1), 0) << "a campaign's limit ends with it";
}

TEST_F(campaign_test, pause_holds_at_once_and_resume_goes_on) {
  add_campaign(1, 600);
  start();
  run_until([&] { return sent_of(1) > 100; });
  const auto paused = command(1, campaign_command::pause);
  run();
  ASSERT_TRUE(*paused && (*paused)->ok());
  EXPECT_TRUE(gateway_.held_campaigns.contains(1));
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  const auto sent = sent_of(1);
  const auto claims = world_.claim_calls;
  run_for(5s);
  EXPECT_EQ(sent_of(1), sent);
  EXPECT_EQ(world_.claim_calls, claims);

  const auto resumed = command(1, campaign_command::resume);
  run_to_the_end(1);
  ASSERT_TRUE(*resumed && (*resumed)->ok());
  expect_all_accepted(1);
  expect_nobody_twice();
}

TEST_F(campaign_test, a_second_pause_does_not_wake_it) {
  add_campaign(1, 600);
  start();
  run_until([&] { return sent_of(1) > 100; });
  command(1, campaign_command::pause);
  run();
  const auto sent = sent_of(1);
  const auto again = command(1, campaign_command::pause);
  run_for(2s);
  ASSERT_TRUE(*again);
  EXPECT_FALSE((*again)->ok()) << "it says that it was paused already";
  EXPECT_TRUE(gateway_.held_campaigns.contains(1));
  EXPECT_EQ(sent_of(1), sent);
}

/// Whoever is given back is told of at once, beside the timer that is set already.
TEST_F(campaign_test, what_is_given_back_sets_no_more_timers) {
  add_campaign(1, 50'000);
  for (auto& number : context_->settings.numbers)
    number.per_second = 800;
  start();
  run_until([&] { return sent_of(1) > 1'000; });
  const auto timers = scheduler_->clock().schedule().size();
  for (int round = 0; round < 30; ++round) {
    command(1, campaign_command::pause);
    run_for(30ms);
    command(1, campaign_command::resume);
    run_for(30ms);
  }
  run_for(100ms);
  EXPECT_LE(scheduler_->clock().schedule().size(), timers + 4);
}

/// Both are on their way to the database when the resume's answer comes.
TEST_F(campaign_test, a_pause_behind_a_resume_holds) {
  add_campaign(1, 600);
  start();
  run_until([&] { return sent_of(1) > 100; });
  command(1, campaign_command::pause);
  run_for(200ms);
  const auto sent = sent_of(1);
  const auto resumed = command(1, campaign_command::resume);
  const auto paused = command(1, campaign_command::pause);
  run_for(5s);
  ASSERT_TRUE(*resumed && (*resumed)->ok());
  ASSERT_TRUE(*paused && (*paused)->ok());
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_TRUE(gateway_.held_campaigns.contains(1));
  EXPECT_EQ(sent_of(1), sent);
}

/// What a hold keeps is read again when it goes out: with the stops that came meanwhile, however
/// long ago, and nothing of it is in doubt after a crash.
TEST_F(campaign_test, a_hold_keeps_nobody_in_memory) {
  add_campaign(1, 600);
  start();
  run_until([&] { return sent_of(1) > 100; });
  command(1, campaign_command::pause);
  run_for(5s);
  const auto sent = sent_of(1);
  for (const auto& [number, l] : gateway_.numbers)
    EXPECT_TRUE(l.queue.empty()) << number;
  EXPECT_EQ(world_.open_claims(), 0U) << "whoever was claimed waits in the retry queue";
  for (core::recipient_seq seq = 1; seq <= 600; ++seq)
    if (!gateway_.sent.contains({1, seq}))
      world_.stop({.phone = static_cast<core::person_key>(seq), .user_id = {}});
  command(1, campaign_command::resume);
  run_for(60s);
  EXPECT_EQ(sent_of(1), sent);
  EXPECT_EQ(world_.status(1), campaign_status::completed);
}

TEST_F(campaign_test, the_same_refusal_for_everybody_pauses_it_and_keeps_the_rest) {
  add_campaign(1, 2'000);
  gateway_.answer = [](core::number_no, recipient, std::int16_t) {
    return reply{outcome_class::failed, 132000};
  };
  start();
  run_for(30s);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_TRUE(has_alarm("132000"));
  EXPECT_LT(sent_of(1), 200U);
}

TEST_F(campaign_test, a_pause_that_cannot_be_written_holds_and_is_written_later) {
  add_campaign(1, 600);
  start();
  run_until([&] { return sent_of(1) > 100; });
  world_.store_fails = true;
  const auto paused = command(1, campaign_command::pause);
  run_for(1s);
  ASSERT_TRUE(*paused);
  EXPECT_FALSE((*paused)->ok());
  EXPECT_TRUE(gateway_.held_campaigns.contains(1));
  world_.store_fails = false;
  run_for(1s);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  command(1, campaign_command::resume);
  run_to_the_end(1);
  expect_all_accepted(1);
}

TEST_F(campaign_test, cancel_sends_nobody_any_more_and_leaves_no_claim_open) {
  add_campaign(1, 2'000);
  start();
  run_until([&] { return sent_of(1) > 100; });
  const auto cancelled = command(1, campaign_command::cancel);
  run();
  ASSERT_TRUE(*cancelled && (*cancelled)->ok());
  const auto sent = sent_of(1);
  run_for(5s);
  EXPECT_EQ(sent_of(1), sent);
  EXPECT_EQ(world_.status(1), campaign_status::cancelled);
  EXPECT_EQ(world_.waiting_retries(), 0U) << "who came back unsent is not queued again";
  EXPECT_EQ(world_.open_claims(), 0U) << "a claim left open would be in doubt at the next start";
  EXPECT_FALSE(context_->running.campaign(1));
}

TEST_F(campaign_test, a_cancel_that_cannot_be_written_loses_nobody) {
  add_campaign(1, 600);
  start();
  run_until([&] { return sent_of(1) > 100; });
  world_.store_fails = true;
  const auto cancelled = command(1, campaign_command::cancel);
  run_for(500ms);
  ASSERT_TRUE(*cancelled);
  EXPECT_FALSE((*cancelled)->ok());
  world_.store_fails = false;
  run_to_the_end(1);
  expect_all_accepted(1);
  expect_nobody_twice();
}

struct refusal {
  const char* what;
  reply first;
  std::int64_t delay_ms; ///< of the second try
  std::int16_t retries;  ///< that it has used up
};

void PrintTo(const refusal& r, std::ostream* out) {
  *out << r.what;
}

class refused_once : public engine_test, public ::testing::WithParamInterface<refusal> {};

TEST_P(refused_once, is_tried_again_as_the_policy_says) {
  const auto& p = GetParam();
  add_campaign(1, 20);
  gateway_.answer = [&](core::number_no, recipient who, std::int16_t attempt) {
    return who.second == 7 && attempt == 0 ? p.first : reply{};
  };
  start();
  run_until([&] { return world_.retries.contains({1, 7}); });
  const auto& row = world_.retries.at({1, 7}).row;
  EXPECT_EQ(row.attempt, 1);
  EXPECT_EQ(row.retries, p.retries);
  EXPECT_NEAR(static_cast<double>(row.due_ms - now_ms()), static_cast<double>(p.delay_ms), 200);
  run_to_the_end(1, 300s);
  expect_all_accepted(1);
  EXPECT_TRUE(world_.retries.at({1, 7}).done);
}

INSTANTIATE_TEST_SUITE_P(
    refusals, refused_once,
    ::testing::Values(refusal{"rejected", {outcome_class::rejected, 131000}, 60'000, 1},
                      refusal{"throttled", {outcome_class::rejected, 130429}, 1'000, 0},
                      refusal{"not sent", {outcome_class::not_sent, 0}, 1'000, 0},
                      refusal{"not processed", {outcome_class::not_processed, 0}, 1'000, 0}));

TEST_F(campaign_test, who_is_refused_for_months_is_given_up_and_not_lost) {
  add_campaign(1, 20);
  gateway_.answer = [](core::number_no, recipient who, std::int16_t) {
    return who.second == 7 ? reply{outcome_class::rejected, 130429} : reply{};
  };
  start();
  run_until([&] { return world_.retries.contains({1, 7}); });
  world_.retries.at({1, 7}).row.attempt = core::attempts_max - 1; // months later
  run_to_the_end(1, 900s);
  EXPECT_EQ(gateway_.sent.at({1, 7}), 3) << "at first, and for the last two times";
  ASSERT_EQ(world_.count(event_kind::failed), 1U);
  const auto failed = std::find_if(world_.events.begin(), world_.events.end(),
                                   [](const auto& e) { return e.kind == event_kind::failed; });
  EXPECT_EQ(failed->attempt, core::attempts_max);
  EXPECT_EQ(failed->code, static_cast<std::int32_t>(core::local_code::retries_exhausted));
}

TEST_F(campaign_test, a_lost_answer_leaves_a_doubt_and_nothing_is_repeated) {
  add_campaign(1, 20);
  gateway_.answer = [](core::number_no, recipient who, std::int16_t) {
    return who.second == 7 ? reply{outcome_class::in_doubt, 0} : reply{};
  };
  start();
  run_for(10s);
  EXPECT_TRUE(world_.doubts.contains({1, 7}));
  EXPECT_FALSE(world_.retries.contains({1, 7}));
  EXPECT_EQ(gateway_.sent.at({1, 7}), 1);
  EXPECT_EQ(world_.status(1), campaign_status::sending) << "it waits for the doubt";
  const auto settled = ingest(status_of({1, 7}, event_kind::delivered));
  run_to_the_end(1);
  EXPECT_TRUE(*settled && (*settled)->ok());
}

/// Meta repeats a webhook that was refused, but later than the wait of a doubt: only time in which
/// webhooks could be taken counts.
TEST_F(campaign_test, a_doubt_does_not_age_while_nothing_can_be_taken) {
  context_->settings.in_doubt_wait = 10s;
  add_campaign(1, 20).in_doubt = core::in_doubt_policy::resend;
  gateway_.answer = [](core::number_no, recipient who, std::int16_t attempt) {
    return who.second == 7 && attempt == 0 ? reply{outcome_class::in_doubt, 0} : reply{};
  };
  start();
  run_until([&] { return world_.doubts.contains({1, 7}); });
  world_.ledger_fails = true;
  ingest(status_of({1, 1}, event_kind::delivered)); // so that it is noticed
  run_for(60s);
  world_.ledger_fails = false;
  run_for(6s);
  EXPECT_EQ(gateway_.sent.at({1, 7}), 1);
  run_for(12s);
  EXPECT_EQ(gateway_.sent.at({1, 7}), 2);
}

TEST_F(campaign_test, who_said_stop_since_is_recorded_and_not_sent) {
  add_campaign(1, 20);
  for (core::recipient_seq seq = 1; seq <= 20; ++seq)
    world_.stop({.phone = static_cast<core::person_key>(seq), .user_id = {}});
  start();
  run_to_the_end(1);
  EXPECT_TRUE(gateway_.sent.empty());
  EXPECT_EQ(world_.count(event_kind::opted_out), 20U);
}

TEST_F(campaign_test, the_send_window_opens_and_closes) {
  auto& c = add_campaign(1, 100'000);
  c.window = core::send_window{.days = {}, .from_minute = 8 * 60 + 1, .until_minute = 8 * 60 + 2};
  start();
  run_for(50s);
  EXPECT_EQ(sent_of(1), 0U) << "it is 08:00, and the window opens at 08:01";
  run_for(30s);
  const auto inside = sent_of(1);
  EXPECT_GT(inside, 1'000U);
  run_for(45s);
  const auto closed = sent_of(1);
  run_for(10s);
  EXPECT_EQ(sent_of(1), closed);
  EXPECT_EQ(world_.status(1), campaign_status::sending);
}

TEST_F(campaign_test, a_window_that_closes_holds_what_runs_until_it_opens_again) {
  auto& c = add_campaign(1, 12'000);
  // All day but two minutes; it is 08:00.
  c.window = core::send_window{.days = {}, .from_minute = 8 * 60 + 3, .until_minute = 8 * 60 + 1};
  start();
  add_campaign(2, 5'000); // without a window, on the same numbers
  const auto begin = now_ms() / 60'000 * 60'000;
  run_until([&] { return now_ms() >= begin + 58'000; });
  EXPECT_GT(sent_of(1), 1'000U);
  EXPECT_FALSE(gateway_.held_campaigns.contains(1));
  run_until([&] { return now_ms() >= begin + 60'500; });
  EXPECT_TRUE(gateway_.held_campaigns.contains(1)) << "within half a second";
  const auto held = sent_of(1);
  const auto others = sent_of(2);
  run_until([&] { return now_ms() >= begin + 179'000; }, 150s);
  EXPECT_EQ(sent_of(1), held);
  EXPECT_GT(sent_of(2), others) << "another campaign uses the numbers meanwhile";
  EXPECT_EQ(world_.status(1), campaign_status::sending) << "holding is no pause";
  run_until([&] { return now_ms() >= begin + 182'000; });
  EXPECT_FALSE(gateway_.held_campaigns.contains(1));
  EXPECT_GT(sent_of(1), held + 100);
  run_to_the_end(1);
  expect_all_accepted(1);
  expect_nobody_twice();
}

TEST_F(campaign_test, a_resume_does_not_open_a_closed_window) {
  auto& c = add_campaign(1, 2'000);
  c.window = core::send_window{.days = {}, .from_minute = 8 * 60 + 1, .until_minute = 8 * 60 + 5};
  start();
  run_for(1s);
  command(1, campaign_command::pause);
  run_for(1s);
  const auto resumed = command(1, campaign_command::resume);
  run_for(10s);
  ASSERT_TRUE(*resumed && (*resumed)->ok());
  EXPECT_EQ(sent_of(1), 0U);
  run_to_the_end(1);
  expect_all_accepted(1);
}

TEST_F(campaign_test, expires) {
  add_campaign(1, 100'000).expires_at =
      core::wall_time{std::chrono::milliseconds{now_ms()}} + std::chrono::seconds{5};
  start();
  run_for(8s);
  const auto sent = sent_of(1);
  EXPECT_GT(sent, 300U);
  run_for(5s);
  EXPECT_EQ(sent_of(1), sent);
  EXPECT_EQ(world_.status(1), campaign_status::expired);
  EXPECT_EQ(world_.open_claims(), 0U);
  EXPECT_EQ(world_.waiting_retries(), 0U);
}

TEST_F(campaign_test, does_not_spin_when_somebody_else_paused_it) {
  add_campaign(1, 5'000);
  start();
  run_until([&] { return sent_of(1) > 100; });
  world_.campaigns[1].terms.status = campaign_status::paused; // behind the engine's back
  const auto claims = world_.claim_calls;
  run_for(10s);
  EXPECT_LT(world_.claim_calls - claims, 150U);
}

TEST_F(campaign_test, starts_when_it_is_due) {
  auto& c = add_campaign(1, 10);
  c.status = campaign_status::scheduled;
  c.scheduled_for = core::wall_time{std::chrono::milliseconds{now_ms()}} + std::chrono::seconds{30};
  start();
  run_for(25s);
  EXPECT_EQ(sent_of(1), 0U);
  run_to_the_end(1);
  expect_all_accepted(1);
}

TEST_F(campaign_test, a_finished_one_runs_again_for_a_late_retry) {
  add_campaign(1, 20);
  start();
  run_to_the_end(1);
  const auto told = ingest(status_of({1, 3}, event_kind::failed, 131000));
  run_until([&] { return gateway_.sent[{1, 3}] == 2; }, 200s);
  run_for(5s);
  EXPECT_TRUE(*told && (*told)->ok());
  EXPECT_FALSE(context_->running.campaign(1)) << "it ends again";
  EXPECT_EQ(world_.waiting_retries(), 0U);
}

class shuffled : public engine_test, public ::testing::WithParamInterface<unsigned> {};

/// Whatever runs first, everybody is reached and nobody twice, with a pause in the middle and a
/// gateway that loses one message in twenty before it is written.
TEST_P(shuffled, everybody_once) {
  shuffle_.emplace(GetParam());
  std::mt19937 luck{GetParam() + 1'000};
  gateway_.answer = [&](core::number_no, recipient, std::int16_t) {
    return luck() % 20 == 0 ? reply{outcome_class::not_sent, 0} : reply{};
  };
  add_campaign(1, 400);
  add_campaign(2, 300).rate_limit_per_minute = 6'000;
  start();
  run_for(std::chrono::milliseconds{500 + luck() % 1'000});
  command(1, campaign_command::pause);
  run_for(std::chrono::milliseconds{luck() % 2'000});
  if (auto actor = context_->running.campaign(2))
    kill(actor);
  command(1, campaign_command::resume);
  run_until([&] {
    return world_.status(1) == campaign_status::completed &&
           world_.status(2) == campaign_status::completed;
  });
  expect_all_accepted(1);
  expect_all_accepted(2);
  EXPECT_EQ(gateway_.unmarked, 0U);
  EXPECT_EQ(world_.open_claims(), 0U);
}

INSTANTIATE_TEST_SUITE_P(seeds, shuffled, ::testing::Range(1U, 21U));

} // namespace

} // namespace stentor::test
