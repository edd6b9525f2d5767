/// What answers say of more than one message: everybody refused, somebody else answering in Meta's
/// place, messages that Meta holds back, people who stopped.
#include "tests/actors/support/fixture.hpp"

#include <caf/send.hpp>

namespace stentor::test {

namespace {

using core::campaign_command;
using core::campaign_status;
using core::event_kind;
using core::outcome_class;

constexpr auto foreign = static_cast<std::int32_t>(core::local_code::answer_unreadable);

class answers_test : public engine_test {
protected:
  /// Every message gets this answer, until `mended_`.
  void answer_all(reply with) {
    gateway_.answer = [this, with](core::number_no, recipient, std::int16_t) {
      return mended_ ? reply{} : with;
    };
  }
  bool mended_ = false;
};

class the_same_refusal : public answers_test, public ::testing::WithParamInterface<std::int32_t> {};

TEST_P(the_same_refusal, stops_the_campaign_and_leaves_the_rest) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 300);
  add_campaign(2, 50).template_name = "summer";
  gateway_.answer = [this](core::number_no, recipient who, std::int16_t) {
    return mended_ || who.first != 1 ? reply{} : reply{outcome_class::failed, GetParam()};
  };
  start();
  run_until([this] { return world_.status(1) == campaign_status::paused; });
  run_for(1s);
  const auto spent = world_.count(event_kind::failed);
  EXPECT_GE(spent, 30U);
  EXPECT_LE(spent, 80U) << "and what was on its way meanwhile";
  EXPECT_EQ(world_.campaigns[1].pause, core::pause_kind::refusals);
  ASSERT_TRUE(world_.campaigns[1].reason);
  EXPECT_EQ(world_.campaigns[1].reason->code, "same_refusal_for_all");
  EXPECT_NE(world_.campaigns[1].reason->text.find(std::to_string(GetParam())), std::string::npos);
  EXPECT_TRUE(has_alarm(std::to_string(GetParam())));
  EXPECT_NE(world_.status(2), campaign_status::paused) << "it is about that campaign";

  command(1, campaign_command::resume); // and the cause is still there
  run_until([this] { return world_.status(1) == campaign_status::paused; });
  run_for(1s);
  EXPECT_LE(world_.count(event_kind::failed), spent + 60);

  mended_ = true;
  command(1, campaign_command::resume);
  run_to_the_end(1);
  std::size_t accepted = 0;
  for (const auto& [who, times] : gateway_.accepted)
    accepted += who.first == 1 && times == 1 ? 1U : 0U;
  EXPECT_EQ(accepted + world_.count(event_kind::failed), 300U);
  EXPECT_GT(accepted, 150U);
}

INSTANTIATE_TEST_SUITE_P(codes, the_same_refusal,
                         ::testing::Values(132000, 132012, 131008, 131030, 131053, 100, 2635));

TEST_F(answers_test, one_bad_row_in_fifty_costs_that_row_only) {
  add_campaign(1, 1'000);
  gateway_.answer = [](core::number_no, recipient who, std::int16_t) {
    return who.second % 50 == 0 ? reply{outcome_class::failed, 132000} : reply{};
  };
  start();
  run_to_the_end(1);
  EXPECT_EQ(world_.count(event_kind::failed), 20U);
  EXPECT_TRUE(context_->alarms.all().empty());
}

TEST_F(answers_test, the_same_refusal_by_webhook_stops_the_campaign_too) {
  add_campaign(1, 3'000);
  start();
  run_until([this] { return sent_of(1) > 100; });
  for (core::recipient_seq seq = 1; seq <= 30; ++seq)
    ingest(status_of({1, seq}, event_kind::failed, 131053));
  run_until([this] { return world_.status(1) == campaign_status::paused; });
  EXPECT_EQ(world_.campaigns[1].pause, core::pause_kind::refusals);
}

TEST_F(answers_test, a_receipt_between_refusals_by_webhook_shows_that_others_arrive) {
  add_campaign(1, 3'000);
  start();
  run_until([this] { return sent_of(1) > 100; });
  for (core::recipient_seq seq = 1; seq <= 90; ++seq)
    ingest(status_of({1, seq}, seq % 20 == 0 ? event_kind::delivered : event_kind::failed, 131053));
  run_for(1s);
  EXPECT_EQ(world_.status(1), campaign_status::sending);
}

TEST_F(answers_test, a_refusal_that_is_not_metas_costs_nobody) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 300);
  answer_all({outcome_class::rejected, foreign});
  start();
  run_until([this] { return has_alarm("number 100"); });
  run_for(1s);
  EXPECT_LE(sent_of(1), 40U) << "it stops after a few";
  EXPECT_TRUE(gateway_.numbers[1].held);
  EXPECT_TRUE(world_.stopped_reasons.contains(1));
  const auto sent = sent_of(1);
  run_for(50s);
  EXPECT_EQ(sent_of(1), sent);
  run_for(20s);
  EXPECT_GT(sent_of(1), sent) << "it tries again by itself";
  mended_ = true;
  run_to_the_end(1, 300s);
  EXPECT_EQ(world_.count(event_kind::failed), 0U);
  expect_all_accepted(1);
  expect_nobody_twice();
  EXPECT_FALSE(has_alarm("number 100"));
}

TEST_F(answers_test, a_success_that_is_not_metas_is_in_doubt) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 300);
  answer_all({outcome_class::in_doubt, foreign});
  start();
  run_until([this] { return has_alarm("number 100"); });
  run_for(30s);
  EXPECT_LE(world_.doubts.size(), 40U) << "the others wait";
  EXPECT_EQ(world_.count(event_kind::accepted), 0U);
  EXPECT_EQ(world_.status(1), campaign_status::sending);
  for (const auto& [who, doubt] : world_.doubts)
    ingest(status_of(who, event_kind::delivered, 0, doubt.attempt)); // a receipt settles it
  mended_ = true;
  run_to_the_end(1, 300s);
  EXPECT_EQ(sent_of(1), 300U) << "nobody twice";
}

TEST_F(answers_test, a_message_that_meta_holds_back_is_told_and_never_sent_again) {
  add_campaign(1, 40);
  gateway_.answer = [](core::number_no, recipient who, std::int16_t) {
    return reply{.kind = outcome_class::accepted, .code = 0, .paced = who.second <= 10};
  };
  start();
  run_to_the_end(1);
  EXPECT_EQ(world_.count(event_kind::paced), 10U);
  EXPECT_EQ(world_.count(event_kind::accepted), 40U);
  run_for(60s);
  EXPECT_EQ(sent_of(1), 40U);
}

TEST_F(answers_test, a_stop_in_the_answer_counts_at_once_in_every_campaign) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 20);
  auto& other = add_campaign(2, 2'000);
  other.template_name = "summer";
  gateway_.answer = [](core::number_no, recipient who, std::int16_t) {
    return who == recipient{1, 7} ? reply{outcome_class::failed, 131050} : reply{};
  };
  start();
  world_.projection_fails = true; // a fold that is hours behind
  run_until([this] { return sent_of(1) >= 20; });
  run_for(100ms);
  EXPECT_TRUE(stops_.people.contains(7));
  ASSERT_EQ(world_.suppressions.size(), 1U) << "durable without the fold";
  EXPECT_EQ(world_.suppressions[0].person, 7U);
  EXPECT_EQ(world_.suppressions[0].reason, "131050");
  EXPECT_EQ(world_.suppressions[0].organization, 1);
  world_.projection_fails = false;
}

} // namespace

} // namespace stentor::test
