/// When a group commit begins: who writes decides how long it may wait for company.
#include "tests/actors/support/fixture.hpp"

#include "actors/delivery/recorder.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace stentor::test {

namespace {

class recorder_test : public engine_test {
protected:
  void SetUp() override {
    engine_test::SetUp();
    context_->settings.commit_linger = 60ms;
    context_->settings.webhook_linger = 10ms;
    recorder_ = system_->spawn(actors::recorder, context_);
    run_for(100ms);
  }
  void TearDown() override {
    recorder_ = nullptr;
    engine_test::TearDown();
  }

  void write(core::recipient_seq seq, const heard& answer = nullptr) {
    auto one = std::make_shared<ports::ledger_write>();
    one->events.add(1, seq, 0, core::event_kind::accepted, 0, 1, now_ms());
    send(one, answer);
  }
  void mark(const heard& answer, core::lease_epoch epoch = {}) {
    auto one = std::make_shared<ports::ledger_write>();
    one->marks.push_back({});
    one->marks.back().number = 1;
    one->marks.back().epoch = epoch;
    send(one, answer);
  }
  void send(const actors::write_ptr& one, const heard& answer) {
    if (answer)
      system_->spawn(
          [one, answer](caf::event_based_actor* self, const actors::recorder_actor& whom) {
            actors::when_done(self->request(whom, caf::infinite, actors::atom::commit_v, one),
                              [answer](const core::status& status) { *answer = status; });
          },
          recorder_);
    else
      caf::anon_send(recorder_, actors::atom::write_v, one);
    run();
  }
  static heard nothing_yet() { return std::make_shared<std::optional<core::status>>(); }

  actors::recorder_actor recorder_;
};

TEST_F(recorder_test, a_lone_write_is_committed_at_once) {
  write(1);
  EXPECT_EQ(world_.commits, 1U);
}

TEST_F(recorder_test, what_comes_after_it_gathers) {
  write(1);
  write(2);
  run_for(40ms);
  write(3);
  EXPECT_EQ(world_.commits, 1U);
  run_for(20ms);
  EXPECT_EQ(world_.commits, 2U);
  EXPECT_EQ(world_.count(core::event_kind::accepted), 3U);
}

/// A number that was lost and taken back: marks of both times can meet in one commit.
TEST_F(recorder_test, a_lost_lease_does_not_cost_the_marks_of_the_next_one) {
  world_.leases[1] = {"we", 2, now_ms() + 60'000};
  write(1);
  const auto old = nothing_yet(), young = nothing_yet();
  mark(old, 1);
  mark(young, 2);
  run_for(60ms);
  EXPECT_EQ(world_.commits, 2U) << "they shared one";
  ASSERT_TRUE(*old && *young);
  ASSERT_FALSE((*old)->ok());
  EXPECT_EQ((*old)->error().code, core::errc::fenced);
  EXPECT_TRUE((*young)->ok());
}

/// Webhooks are refused while the ledger fails, and nothing else would ever commit.
TEST_F(recorder_test, a_new_one_is_not_blamed_for_what_the_last_one_could_not_commit) {
  world_.ledger_fails = true;
  write(1);
  ASSERT_TRUE(context_->counters.ledger_failing);
  ASSERT_TRUE(has_alarm("database"));
  kill(recorder_);
  world_.ledger_fails = false;
  recorder_ = system_->spawn(actors::recorder, context_);
  run_for(100ms);
  EXPECT_FALSE(context_->counters.ledger_failing);
  EXPECT_EQ(context_->counters.ledger_queue, 0);
  EXPECT_FALSE(has_alarm("database"));
}

TEST_F(recorder_test, a_webhook_takes_what_has_gathered_along_earlier) {
  write(1);
  write(2);
  const auto answer = nothing_yet();
  write(3, answer);
  EXPECT_EQ(world_.commits, 1U);
  run_for(10ms);
  EXPECT_TRUE(*answer && (*answer)->ok());
  EXPECT_EQ(world_.commits, 2U);
  write(4); // the moment of the commit that was to come is out of date
  run_for(50ms);
  EXPECT_EQ(world_.commits, 2U);
  run_for(10ms);
  EXPECT_EQ(world_.commits, 3U);
}

TEST_F(recorder_test, a_mark_can_wait_as_long_as_outcomes) {
  write(1);
  const auto answer = nothing_yet();
  mark(answer);
  run_for(50ms);
  EXPECT_FALSE(*answer);
  run_for(10ms);
  EXPECT_TRUE(*answer);
}

TEST_F(recorder_test, a_failed_commit_is_repeated_with_what_came_since) {
  world_.ledger_fails = true;
  const auto answer = nothing_yet();
  write(1, answer);
  ASSERT_TRUE(*answer);
  EXPECT_FALSE((*answer)->ok());
  write(2);
  world_.ledger_fails = false;
  run_for(50ms);
  EXPECT_EQ(world_.count(core::event_kind::accepted), 2U);
}

TEST_F(recorder_test, one_refused_value_costs_nothing_else) {
  const auto bad = [](const ports::inbound_row& row) { return row.at_ms > 9'000'000'000'000'000; };
  world_.refuses = [bad](const ports::ledger_write& w) {
    return std::any_of(w.inbound.begin(), w.inbound.end(), bad);
  };
  write(1);
  const auto answer = nothing_yet();
  auto one = std::make_shared<ports::ledger_write>();
  for (int i = 0; i < 5; ++i) {
    one->inbound.push_back({});
    one->inbound.back().message_id = "wamid." + std::to_string(i);
    one->inbound.back().payload = R"({"n":)" + std::to_string(i) + "}";
  }
  one->inbound[3].at_ms = 9'300'000'000'000'000;
  one->suppressions.push_back({});
  one->events.add(1, 2, 0, core::event_kind::delivered, 0, 1, now_ms());
  one->claims_done.push_back(7);
  send(one, answer);
  write(3);
  run_for(100ms);
  ASSERT_TRUE(*answer);
  EXPECT_TRUE((*answer)->ok()) << "it is durable, so the webhook is answered 200";
  EXPECT_EQ(world_.inbound.size(), 4U);
  EXPECT_EQ(world_.suppressions.size(), 1U);
  EXPECT_EQ(world_.events.size(), 3U);
  ASSERT_EQ(world_.others.size(), 1U);
  EXPECT_EQ(world_.others[0].field, "refused message");
  EXPECT_EQ(world_.others[0].payload, R"({"n":3})");
  EXPECT_FALSE(context_->counters.ledger_failing);
  EXPECT_TRUE(has_alarm("other_webhook"));
  run_for(59min);
  write(4);
  run_for(100ms);
  EXPECT_TRUE(has_alarm("other_webhook")) << "not everybody has looked";
  run_for(2min);
  write(5);
  run_for(100ms);
  EXPECT_FALSE(has_alarm("other_webhook"));
}

TEST_F(recorder_test, an_outcome_whose_text_is_refused_is_kept_without_it) {
  world_.refuses = [](const ports::ledger_write& w) {
    return w.events.text.find("bad") != std::string::npos;
  };
  auto one = std::make_shared<ports::ledger_write>();
  for (core::recipient_seq seq = 1; seq <= 9; ++seq)
    one->events.add(1, seq, 0, core::event_kind::failed, 131000, 1, now_ms(),
                    seq == 5 ? "bad" : "good");
  one->marks.push_back({});
  send(one, nullptr);
  run_for(100ms);
  ASSERT_EQ(world_.events.size(), 9U);
  EXPECT_TRUE(world_.others.empty());
  for (const auto& event : world_.events)
    EXPECT_EQ(event.text, event.who.second == 5 ? "" : "good");
}

TEST_F(recorder_test, a_database_that_goes_away_between_the_pieces_gets_the_rest_later) {
  std::size_t asked = 0;
  world_.refuses = [&](const ports::ledger_write& w) {
    world_.ledger_fails = ++asked == 4; // the first piece has been committed
    return w.events.text.find("bad") != std::string::npos;
  };
  auto one = std::make_shared<ports::ledger_write>();
  for (core::recipient_seq seq = 1; seq <= 4; ++seq)
    one->events.add(1, seq, 0, core::event_kind::failed, 131000, 1, now_ms(),
                    seq == 4 ? "bad" : "good");
  send(one, nullptr);
  run_for(10ms);
  EXPECT_LT(world_.events.size(), 4U);
  EXPECT_TRUE(context_->counters.ledger_failing);
  world_.ledger_fails = false;
  run_for(3'000ms);
  ASSERT_EQ(world_.events.size(), 4U) << "each once";
  EXPECT_FALSE(context_->counters.ledger_failing);
}

} // namespace

} // namespace stentor::test
