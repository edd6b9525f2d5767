/// What becomes of a campaign whose messages can't be made.
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

namespace {

using core::campaign_command;
using core::campaign_status;
using core::event_kind;

class rendering_test : public engine_test {};

TEST_F(rendering_test, a_template_that_does_not_fit_pauses_it_with_the_reason) {
  add_campaign(1, 10).template_name = "broken";
  start();
  run_for(1s);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_NE(world_.campaigns[1].reason->text.find("{{2}}"), std::string::npos);
  EXPECT_TRUE(gateway_.sent.empty());
}

TEST_F(rendering_test, is_paused_before_its_list_is_spent_on_messages_that_cannot_be_made) {
  add_campaign(1, 5'000).template_name = "lacking";
  start();
  run_for(1s);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_NE(
      world_.campaigns[1].reason->text.find("can be rendered: The variable \"1\" has no value."),
      std::string::npos)
      << world_.campaigns[1].reason->text;
  EXPECT_TRUE(gateway_.sent.empty());
  EXPECT_LT(world_.count(event_kind::unsendable), 50U);
  EXPECT_EQ(world_.open_claims(), 0U) << "what was claimed waits in the retry queue";
  EXPECT_GT(world_.waiting_retries(), 0U);
}

TEST_F(rendering_test, spends_nobody_before_it_is_known_whether_anything_renders) {
  context_->settings.chunk_rows_max = 20; // the first chunks hold fewer than the guard looks at
  add_campaign(1, 5'000).template_name = "lacking";
  start();
  run_for(1s);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_EQ(world_.count(event_kind::unsendable), 0U);
  EXPECT_EQ(world_.open_claims(), 0U) << "what was claimed waits in the retry queue";
  EXPECT_GE(world_.waiting_retries(), 50U);
}

TEST_F(rendering_test, tells_of_failures_before_the_first_message_that_renders) {
  context_->settings.chunk_rows_max = 20;
  add_campaign(1, 200).template_name = "lacking at first";
  start();
  run_to_the_end(1);
  EXPECT_EQ(world_.count(event_kind::unsendable), 30U);
  EXPECT_EQ(sent_of(1), 170U);
  expect_nobody_twice();
}

TEST_F(rendering_test, cancelled_before_anything_renders_it_leaves_no_claim_open) {
  context_->settings.chunk_rows_max = 20;
  add_campaign(1, 30).template_name = "lacking";
  start();
  run_for(100ms);
  ASSERT_EQ(world_.status(1), campaign_status::sending);
  command(1, campaign_command::cancel);
  run_for(5s);
  EXPECT_EQ(world_.status(1), campaign_status::cancelled);
  EXPECT_EQ(world_.count(event_kind::unsendable), 0U);
  EXPECT_EQ(world_.open_claims(), 0U);
}

TEST_F(rendering_test, tells_of_a_short_list_each_failure) {
  add_campaign(1, 20).template_name = "lacking";
  start();
  run_for(5s);
  EXPECT_EQ(world_.status(1), campaign_status::completed);
  EXPECT_EQ(world_.count(event_kind::unsendable), 20U);
}

} // namespace

} // namespace stentor::test
