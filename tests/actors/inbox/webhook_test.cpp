/// Webhooks on their way into the ledger.
#include "tests/actors/support/fixture.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <caf/send.hpp>

namespace stentor::test {

namespace {

using core::campaign_status;
using core::event_kind;

class webhook_test : public engine_test {
protected:
  static ports::webhook_payload word_of(core::person_key person, bool stop) {
    ports::webhook_payload payload;
    ports::inbound_message message;
    message.row.phone_number_id = "100";
    message.row.person = person;
    message.row.message_id = "wamid.1";
    message.stop = stop;
    message.resume = !stop;
    payload.inbound.push_back(message);
    return payload;
  }

  /// What comes from now on waits for the next commit until the test lets time pass.
  void begin_a_commit() {
    ingest(status_of({9, 1}, event_kind::sent));
    run();
  }
};

TEST_F(webhook_test, one_alone_is_committed_at_once) {
  start();
  run_for(1s);
  const auto answer = ingest(status_of({1, 1}, event_kind::delivered));
  run();
  EXPECT_TRUE(*answer && (*answer)->ok());
  EXPECT_EQ(world_.count(event_kind::delivered), 1U);
}

TEST_F(webhook_test, what_no_actor_took_is_refused) {
  start();
  const auto waiting = ingest(status_of({1, 1}, event_kind::delivered));
  context_->webhooks.connect_to({});
  ASSERT_TRUE(*waiting);
  EXPECT_FALSE((*waiting)->ok());
  const auto late = ingest(status_of({1, 2}, event_kind::delivered));
  ASSERT_TRUE(*late) << "at once";
  EXPECT_EQ((*late)->error().code, core::errc::unavailable);
}

TEST_F(webhook_test, many_payloads_share_one_commit_and_are_answered_after_it) {
  start();
  run_for(1s);
  begin_a_commit();
  const auto commits = world_.commits;
  std::vector<heard> answers;
  for (core::recipient_seq seq = 1; seq <= 100; ++seq)
    answers.push_back(ingest(status_of({1, seq}, event_kind::delivered)));
  run();
  EXPECT_EQ(world_.commits, commits);
  for (const auto& answer : answers)
    EXPECT_FALSE(*answer) << "nothing is durable yet";
  run_for(20ms);
  EXPECT_EQ(world_.commits, commits + 1);
  EXPECT_EQ(world_.count(event_kind::delivered), 100U);
  for (const auto& answer : answers)
    EXPECT_TRUE(*answer && (*answer)->ok());
}

TEST_F(webhook_test, is_refused_while_the_ledger_fails) {
  start();
  world_.ledger_fails = true;
  const auto first = ingest(status_of({1, 1}, event_kind::sent));
  run_for(20ms);
  ASSERT_TRUE(*first);
  ASSERT_FALSE((*first)->ok());
  EXPECT_EQ((*first)->error().code, core::errc::unavailable);
  const auto second = ingest(status_of({1, 2}, event_kind::sent));
  run();
  ASSERT_TRUE(*second) << "at once";
  EXPECT_FALSE((*second)->ok());
  world_.ledger_fails = false;
  run_for(3s);
  const auto third = ingest(status_of({1, 3}, event_kind::sent));
  run_for(20ms);
  EXPECT_TRUE(*third && (*third)->ok());
}

TEST_F(webhook_test, is_refused_when_too_many_events_wait) {
  context_->settings.ledger_queue_max = 10;
  start();
  begin_a_commit();
  for (core::recipient_seq seq = 1; seq <= 11; ++seq)
    ingest(status_of({1, seq}, event_kind::sent));
  run();
  const auto late = ingest(status_of({1, 12}, event_kind::sent));
  run();
  ASSERT_TRUE(*late);
  EXPECT_FALSE((*late)->ok());
}

TEST_F(webhook_test, is_refused_when_too_many_payloads_wait_for_one_commit) {
  start();
  begin_a_commit();
  for (int i = 0; i < 50'000; ++i) {
    ingest({});
    if (i % 1'000 == 0)
      run(); // they reach the recorder in many groups, but time stands still: no commit
  }
  const auto late = ingest({});
  run();
  ASSERT_TRUE(*late);
  EXPECT_FALSE((*late)->ok());
  run_for(50ms);
  const auto next = ingest({});
  run_for(50ms);
  EXPECT_TRUE(*next && (*next)->ok());
}

TEST_F(webhook_test, stop_counts_at_once_and_start_lifts_it) {
  start();
  begin_a_commit();
  const auto stop = ingest(word_of(42, true));
  run();
  EXPECT_TRUE(stops_.people.contains(42)) << "before the commit";
  EXPECT_FALSE(*stop);
  run_for(50ms);
  EXPECT_TRUE(*stop && (*stop)->ok());
  ASSERT_EQ(world_.suppressions.size(), 1U);
  EXPECT_EQ(world_.suppressions[0].organization, 1);
  EXPECT_EQ(world_.suppressions[0].reason, "stop_word");
  EXPECT_EQ(world_.suppressions[0].evidence, "wamid.1");
  EXPECT_FALSE(world_.suppressions[0].lift);
  EXPECT_EQ(world_.inbound.size(), 1U);

  ingest(word_of(42, false));
  run_for(50ms);
  EXPECT_FALSE(stops_.people.contains(42));
  ASSERT_EQ(world_.suppressions.size(), 2U);
  EXPECT_TRUE(world_.suppressions[1].lift);
}

/// A list may know the person by the other key.
TEST_F(webhook_test, a_stop_counts_under_every_key_of_the_person) {
  world_.customers.push_back({.who = {.phone = 42, .user_id = "US.7"}, .agrees = true});
  start();
  auto said = word_of(core::person_from_user_id("US.7"), true);
  said.inbound[0].row.user_id = "US.7";
  const auto stop = ingest(said);
  run_for(50ms);
  EXPECT_TRUE(*stop && (*stop)->ok());
  EXPECT_TRUE(stops_.people.contains(42)) << "before the answer";
  EXPECT_TRUE(stops_.people.contains(core::person_from_user_id("US.7")));
}

/// Only an operator lifts an operator's stop, here as in the database.
TEST_F(webhook_test, a_start_word_lifts_no_operators_stop) {
  start();
  auto write = std::make_shared<ports::ledger_write>();
  write->suppressions.push_back(
      {.organization = 1, .person = 42, .user_id = {}, .reason = "operator", .evidence = {}});
  ask(actors::atom::write_v, write);
  run_for(50ms);
  ingest(word_of(42, false));
  run_for(50ms);
  EXPECT_TRUE(stops_.people.contains(42));
}

TEST_F(webhook_test, a_preference_counts_like_a_stop) {
  start();
  ports::webhook_payload payload;
  payload.preferences.push_back(
      {.phone_number_id = "100", .person = 7, .user_id = {}, .stop = true, .at_ms = 1});
  ingest(payload);
  run_for(50ms);
  EXPECT_TRUE(stops_.people.contains(7));
  ASSERT_EQ(world_.suppressions.size(), 1U);
  EXPECT_EQ(world_.suppressions[0].reason, "user_preferences");
  ASSERT_EQ(world_.inbound.size(), 1U) << "so that it is attributed to the message he got last";
  EXPECT_EQ(world_.inbound[0].type, "user_preferences");
  EXPECT_EQ(world_.inbound[0].person, 7U);
  EXPECT_TRUE(world_.inbound[0].stop);
  const auto asked = world_.logged("attribute_replies");
  run_for(1s);
  EXPECT_EQ(world_.logged("attribute_replies"), asked + 1);

  payload.preferences[0].stop = false;
  ingest(payload);
  run_for(50ms);
  EXPECT_FALSE(stops_.people.contains(7));
  EXPECT_EQ(world_.inbound.size(), 1U) << "resuming says nothing about a message";
}

TEST_F(webhook_test, an_operators_stop_goes_the_same_way) {
  start();
  auto write = std::make_shared<ports::ledger_write>();
  write->suppressions.push_back(
      {.organization = 1, .person = 9, .user_id = {}, .reason = "operator", .evidence = {}});
  const auto answer = ask(actors::atom::write_v, write);
  run_for(50ms);
  EXPECT_TRUE(*answer && (*answer)->ok());
  EXPECT_TRUE(stops_.people.contains(9));
  ASSERT_EQ(world_.suppressions.size(), 1U);
  EXPECT_EQ(world_.suppressions[0].reason, "operator");
}

TEST_F(webhook_test, replies_are_attributed_soon) {
  start();
  run_for(2s);
  const auto before = world_.logged("attribute_replies");
  ingest(word_of(42, true));
  run_for(2s);
  EXPECT_EQ(world_.logged("attribute_replies"), before + 1);
}

TEST_F(webhook_test, a_failure_that_may_pass_is_tried_again_once) {
  add_campaign(1, 20);
  start();
  run_to_the_end(1);
  for (int i = 0; i < 3; ++i) { // Meta repeats its webhooks
    ingest(status_of({1, 3}, event_kind::failed, 131000));
    run_for(100ms);
  }
  EXPECT_EQ(world_.retries.at({1, 3}).row.attempt, 1);
  run_for(200s);
  EXPECT_EQ((gateway_.sent[{1, 3}]), 2);
}

/// The process that sent it may be another one: the terms are the campaign's all the same.
TEST_F(webhook_test, a_late_failure_is_tried_again_by_its_campaigns_terms) {
  for (core::campaign_no no = 1; no <= 4; ++no) {
    auto& c = add_campaign(no, 20);
    c.status = no == 3 ? campaign_status::cancelled : campaign_status::completed;
    world_.campaigns[no].next_seq = 21;
  }
  world_.campaigns[2].terms.retry_failed = false;
  world_.campaigns[4].terms.retries_max = 0;
  start();
  for (core::campaign_no no = 1; no <= 4; ++no)
    ingest(status_of({no, 3}, event_kind::failed, 131026));
  run_for(100ms);
  EXPECT_TRUE(world_.retries.contains({1, 3}));
  EXPECT_EQ(world_.retries.size(), 1U);
  EXPECT_EQ(world_.count(event_kind::failed), 3U);
}

TEST_F(webhook_test, a_late_failure_whose_terms_cannot_be_read_is_refused) {
  add_campaign(1, 20).status = campaign_status::completed;
  start();
  world_.store_fails = true;
  const auto refused = ingest(status_of({1, 3}, event_kind::failed, 131026));
  run_for(100ms);
  EXPECT_TRUE(*refused && !(*refused)->ok()) << "Meta repeats it";
  EXPECT_EQ(world_.count(event_kind::rejected), 0U);
}

TEST_F(webhook_test, rounds_that_cost_no_retry_do_not_shorten_the_budget) {
  add_campaign(1, 20);
  start();
  run_to_the_end(1);
  auto told = status_of({1, 3}, event_kind::failed, 131000, 9); // nine rounds of throttling before
  ingest(told);
  run_for(100ms);
  ASSERT_TRUE(world_.retries.contains({1, 3}));
  EXPECT_EQ(world_.retries.at({1, 3}).row.attempt, 10);
  EXPECT_EQ(world_.retries.at({1, 3}).row.retries, 1);

  told = status_of({1, 4}, event_kind::failed, 131000, 9);
  told.statuses[0].retries = 3;
  ingest(told);
  run_for(100ms);
  EXPECT_FALSE(world_.retries.contains({1, 4})) << "its three retries are used up";
  EXPECT_EQ(world_.count(event_kind::failed), 1U);

  told = status_of({1, 5}, event_kind::failed, 131000, core::attempts_max);
  ingest(told);
  run_for(100ms);
  EXPECT_FALSE(world_.retries.contains({1, 5}));
  EXPECT_EQ(world_.count(event_kind::failed), 2U);
}

TEST_F(webhook_test, a_final_failure_is_not_tried_again) {
  add_campaign(1, 20);
  start();
  run_to_the_end(1);
  ingest(status_of({1, 3}, event_kind::failed, 131051));
  run_for(100ms);
  EXPECT_EQ(world_.count(event_kind::failed), 1U);
  EXPECT_FALSE(world_.retries.contains({1, 3}));
}

TEST_F(webhook_test, the_users_stop_told_by_a_failure_opts_out) {
  add_campaign(1, 20);
  start();
  run_to_the_end(1);
  ingest(status_of({1, 3}, event_kind::failed, 131050));
  run_for(100ms);
  EXPECT_EQ(world_.count(event_kind::opted_out), 1U);
  EXPECT_TRUE(stops_.people.contains(3));
  ASSERT_EQ(world_.suppressions.size(), 1U) << "durable before the answer, for every campaign";
  EXPECT_EQ(world_.suppressions[0].reason, "131050");
}

TEST_F(webhook_test, a_template_event_pauses_its_campaigns) {
  add_campaign(1, 3'000);
  add_campaign(2, 3'000);
  add_campaign(3, 3'000).template_name = "summer";
  start();
  run_for(2s);
  ports::webhook_payload payload;
  payload.templates.push_back({.waba_id = "waba",
                               .name = "spring",
                               .language = "en_US",
                               .event = "PAUSED",
                               .reason = {},
                               .stops_sending = true});
  ingest(payload);
  run_for(100ms);
  EXPECT_EQ(world_.template_status.at("spring"), "PAUSED");
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_EQ(world_.status(2), campaign_status::paused);
  EXPECT_EQ(world_.status(3), campaign_status::sending);
  const auto sent = sent_of(1) + sent_of(2);
  run_for(3s);
  EXPECT_EQ(sent_of(1) + sent_of(2), sent);
}

TEST_F(webhook_test, a_template_event_is_durable_before_the_answer) {
  start();
  world_.ledger_fails = true;
  ports::webhook_payload payload;
  payload.templates.push_back({.waba_id = "waba",
                               .name = "spring",
                               .language = "en_US",
                               .event = "PAUSED",
                               .reason = {},
                               .stops_sending = true});
  const auto answer = ingest(payload);
  run_for(100ms);
  ASSERT_TRUE(*answer);
  EXPECT_FALSE((*answer)->ok()) << "Meta must repeat it";
  EXPECT_FALSE(world_.template_status.contains("spring"));
  world_.ledger_fails = false;
  run_for(3s);
  payload.templates[0].event = "REINSTATED";
  payload.templates[0].stops_sending = false;
  const auto again = ingest(payload);
  run_for(100ms);
  EXPECT_TRUE(*again && (*again)->ok());
  EXPECT_EQ(world_.template_status.at("spring"), "APPROVED") << "it can be used again";
}

TEST_F(webhook_test, a_receipt_ties_the_user_id_to_the_phone_number_of_a_later_stop) {
  start();
  auto receipt = status_of({1, 1}, event_kind::delivered);
  receipt.statuses[0].person = 4915112345701;
  receipt.text = "DE.1";
  receipt.statuses[0].user_size = 4;
  ingest(receipt);
  ingest(receipt); // Meta's receipts come in threes
  run_for(50ms);
  EXPECT_EQ(world_.aliases.size(), 1U);
  auto stop = word_of(core::person_from_user_id("DE.1"), true);
  stop.inbound[0].row.user_id = "DE.1";
  const auto answer = ingest(stop);
  run_for(50ms);
  EXPECT_TRUE(*answer && (*answer)->ok());
  EXPECT_TRUE(stops_.people.contains(4915112345701)) << "before the answer";
}

TEST_F(webhook_test, a_stop_follows_a_changed_number) {
  start();
  ingest(word_of(4915112345701, true));
  run_for(50ms);
  ports::webhook_payload payload;
  payload.identities.push_back({.phone_number_id = "100",
                                .old_phone = 4915112345701,
                                .old_user_id = {},
                                .phone = 4915112349999,
                                .user_id = {},
                                .at_ms = 1});
  ingest(payload);
  run_for(50ms);
  EXPECT_TRUE(stops_.people.contains(4915112349999));
}

TEST_F(webhook_test, a_template_event_of_another_account_pauses_nobody) {
  add_campaign(1, 3'000);
  start();
  run_for(2s);
  ports::webhook_payload payload;
  payload.templates.push_back({.waba_id = "999",
                               .name = "spring",
                               .language = "en_US",
                               .event = "DISABLED",
                               .reason = {},
                               .stops_sending = true});
  ingest(payload);
  run_for(500ms);
  EXPECT_EQ(world_.status(1), campaign_status::sending);
}

TEST_F(webhook_test, a_template_fault_stops_it_in_the_account_of_the_number_that_sent) {
  context_->settings.numbers[1].waba_id = "another";
  add_campaign(1, 3'000); // from both numbers, the first one's account is "waba"
  add_campaign(2, 3'000).numbers = {1};
  add_campaign(3, 3'000).numbers = {2};
  start();
  run_for(1s);
  auto told = status_of({1, 3}, event_kind::failed, 132015);
  told.statuses[0].number_begin = static_cast<std::uint32_t>(told.text.size());
  told.text += "200";
  told.statuses[0].number_size = 3;
  ingest(told);
  run_for(500ms);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_EQ(world_.status(2), campaign_status::sending) << "its account was not named";
  EXPECT_EQ(world_.status(3), campaign_status::paused);
}

TEST_F(webhook_test, a_template_fault_of_an_unknown_number_stops_its_campaign_alone) {
  add_campaign(1, 3'000);
  add_campaign(2, 3'000);
  start();
  run_for(1s);
  ingest(status_of({1, 3}, event_kind::failed, 132015));
  run_for(500ms);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_EQ(world_.status(2), campaign_status::sending);
}

TEST_F(webhook_test, who_waits_for_a_commit_is_refused_when_the_tree_falls) {
  start();
  run_for(1s);
  begin_a_commit();
  const auto waiting = ingest(status_of({1, 1}, event_kind::delivered));
  run();
  EXPECT_FALSE(*waiting);
  kill(context_->running.limiter(1));
  run_for(2s);
  ASSERT_TRUE(*waiting);
}

TEST_F(webhook_test, an_account_event_pauses_its_numbers) {
  context_->settings.numbers[1].waba_id = "another";
  start();
  ports::webhook_payload payload;
  payload.accounts.push_back({.waba_id = "waba",
                              .display_phone_number = {},
                              .event = "RESTRICTED",
                              .stops_sending = true});
  ingest(payload);
  run_for(100ms);
  EXPECT_TRUE(gateway_.numbers[1].held);
  EXPECT_FALSE(gateway_.numbers[2].held);
  EXPECT_TRUE(has_alarm("RESTRICTED"));
}

} // namespace

} // namespace stentor::test
