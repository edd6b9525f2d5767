/// Numbers: trouble that pauses them, throttling, leases that are lost and come back.
#include "tests/actors/support/fixture.hpp"

#include "stentor/core/delivery/pacing/share.hpp"

#include <caf/send.hpp>

namespace stentor::test {

namespace {

using core::campaign_command;
using core::campaign_status;
using core::outcome_class;

class number_test : public engine_test {
protected:
  /// Number 1 gives this answer from its tenth message on, until `mended_`.
  void break_number_one(std::int32_t code) {
    gateway_.answer = [this, code](core::number_no number, recipient, std::int16_t) {
      if (number != 1 || mended_ || ++asked_ < 10)
        return reply{};
      return reply{outcome_class::rejected, code};
    };
  }
  [[nodiscard]] std::size_t sent_by(core::number_no number) const {
    return static_cast<std::size_t>(
        std::count_if(gateway_.wire.begin(), gateway_.wire.end(),
                      [&](const auto& message) { return message.first == number; }));
  }
  bool mended_ = false;
  int asked_ = 0;
};

/// After a takeover by another machine all that is marked and not sent is in doubt.
TEST_F(number_test, marks_run_two_slices_ahead_of_the_wire) {
  add_campaign(1, 5'000);
  start();
  run_for(2s);
  std::size_t most = 0;
  for (int i = 0; i < 300; ++i) {
    run_for(10ms);
    most = std::max(most, gateway_.numbers[1].queue.size());
  }
  const auto slice = core::slice_size(context_->settings.numbers[0].per_second,
                                      context_->settings.progress_interval);
  EXPECT_LE(most, 2 * slice);
  EXPECT_GT(sent_by(1), 4.9 * context_->settings.numbers[0].per_second) << "and it never runs dry";
}

struct scope {
  const char* what;
  std::int32_t code;
  bool same_account, same_token;
  bool second_stops; ///< the other number too
};

void PrintTo(const scope& s, std::ostream* out) {
  *out << s.what;
}

class number_trouble : public number_test, public ::testing::WithParamInterface<scope> {};

TEST_P(number_trouble, pauses_the_right_numbers_until_a_resume) {
  const auto& p = GetParam();
  auto& other = context_->settings.numbers[1];
  other.waba_id = p.same_account ? "waba" : "another";
  other.token = p.same_token ? "token" : "another";
  add_campaign(1, 3'000);
  break_number_one(p.code);
  start();
  run_until([&] { return has_alarm("number 100"); });
  run_for(1s);
  EXPECT_TRUE(gateway_.numbers[1].held);
  EXPECT_EQ(gateway_.numbers[2].held, p.second_stops);
  EXPECT_EQ(has_alarm("number 200"), p.second_stops);
  const auto first = sent_by(1);
  const auto second = sent_by(2);
  run_for(5s);
  EXPECT_EQ(sent_by(1), first);
  EXPECT_EQ(sent_by(2) == second, p.second_stops);

  mended_ = true;
  command(1, campaign_command::resume); // it isn't paused; that frees no number
  run_for(1s);
  EXPECT_TRUE(gateway_.numbers[1].held);
  EXPECT_EQ(world_.stopped_reasons.contains(1), true);
  resume_number("100");
  resume_number("200");
  run_to_the_end(1);
  EXPECT_TRUE(context_->alarms.all().empty());
  EXPECT_GT(sent_by(1), first);
  expect_all_accepted(1);
}

INSTANTIATE_TEST_SUITE_P(scopes, number_trouble,
                         ::testing::Values(scope{"number", 131048, true, true, false},
                                           scope{"account", 131031, true, false, true},
                                           scope{"other account", 131031, false, true, false},
                                           scope{"token", 190, false, true, true},
                                           scope{"other token", 190, true, false, false}));

TEST_F(number_test, a_trouble_with_an_end_is_over_by_itself) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 200);
  break_number_one(131057); // maintenance: a minute
  start();
  run_until([&] { return has_alarm("number 100"); });
  run_for(50s);
  EXPECT_TRUE(gateway_.numbers[1].held);
  mended_ = true;
  run_to_the_end(1);
  expect_all_accepted(1);
  EXPECT_FALSE(has_alarm("number 100"));
}

TEST_F(number_test, recipients_are_spread_by_what_each_number_may_send) {
  context_->settings.numbers[1].per_second = 20; // the other one 80
  add_campaign(1, 1'000);
  start();
  run_until([&] { return sent_of(1) >= 600; });
  EXPECT_NEAR(static_cast<double>(sent_by(1)) / static_cast<double>(sent_by(2)), 4, 0.4);
  run_to_the_end(1);
  expect_all_accepted(1);
}

TEST_F(number_test, a_paused_number_gives_its_recipients_to_the_other) {
  add_campaign(1, 300);
  break_number_one(131048);
  start();
  run_until([&] { return has_alarm("number 100"); });
  run_until([&] { return sent_of(1) >= 260; });
  // What waits for the held number stays there, of two claims; all others go by number 2, which has
  // no more than two open.
  EXPECT_LE(world_.open_claims(), 4U);
  mended_ = true;
  resume_number("100");
  run_to_the_end(1);
  expect_all_accepted(1);
  expect_nobody_twice();
}

TEST_F(number_test, an_operator_pauses_a_number_until_he_resumes_it) {
  add_campaign(1, 300);
  start();
  run_until([&] { return sent_of(1) >= 50; });
  ask(actors::number_order{.phone_number_id = "100", .audit = {}, .pause = true});
  run_for(100ms);
  const auto sent = sent_by(1);
  EXPECT_TRUE(gateway_.numbers[1].held);
  EXPECT_TRUE(has_alarm("number 100"));
  EXPECT_TRUE(context_->number_figures.all().front().stopped);
  run_until([&] { return world_.stopped_reasons.contains(1); });
  EXPECT_EQ(world_.stopped_reasons[1].code, "number_paused_by_operator");
  run_until([&] { return sent_of(1) >= 260; });
  EXPECT_EQ(sent_by(1), sent);
  resume_number("100");
  run_to_the_end(1);
  expect_all_accepted(1);
  expect_nobody_twice();
  EXPECT_FALSE(context_->number_figures.all().front().stopped);
}

TEST_F(number_test, what_an_operator_paused_stays_so_over_a_restart) {
  context_->settings.numbers.resize(1);
  world_.orders[1] = {1, true};
  add_campaign(1, 10);
  start();
  run_for(5s);
  EXPECT_EQ(sent_of(1), 0);
  resume_number("100");
  run_to_the_end(1);
  expect_all_accepted(1);
}

TEST_F(number_test, a_lower_limit_at_metas_end_is_learned_and_given_up_when_it_is_over) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 100'000);
  // Of 80 a second Meta takes no more than 40, each 25 ms one.
  core::steady_time due{};
  gateway_.answer = [&, this](core::number_no, recipient, std::int16_t) {
    const auto now = scheduler_->clock().now();
    if (mended_ || due - now <= 1s) {
      due = std::max(due, now) + 25ms;
      return reply{};
    }
    return reply{outcome_class::rejected, 130429};
  };
  start();
  run_for(60s);
  EXPECT_NEAR(gateway_.numbers[1].settings.per_second, 40, 8);
  mended_ = true;
  run_for(300s);
  EXPECT_DOUBLE_EQ(gateway_.numbers[1].settings.per_second, 80);
}

TEST_F(number_test, refusals_at_random_do_not_slow_it) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 100'000);
  gateway_.answer = [this](core::number_no, recipient, std::int16_t) {
    return ++asked_ % 200 == 0 ? reply{outcome_class::rejected, asked_ % 400 == 0 ? 130429 : 131016}
                               : reply{};
  };
  auto least = 80.0;
  start();
  for (auto second = 0; second < 120; ++second) {
    run_for(1s);
    least = std::min(least, gateway_.numbers[1].settings.per_second);
  }
  EXPECT_DOUBLE_EQ(least, 80);
  EXPECT_GE(asked_, 0.9 * 80 * 120);
}

TEST_F(number_test, template_trouble_pauses_every_campaign_with_it) {
  add_campaign(1, 3'000);
  add_campaign(2, 3'000);
  add_campaign(3, 3'000).template_name = "summer";
  gateway_.answer = [this](core::number_no, recipient who, std::int16_t) {
    return who.first == 1 && ++asked_ > 20 ? reply{outcome_class::rejected, 132001} : reply{};
  };
  start();
  run_until([&] { return world_.status(1) == campaign_status::paused; });
  run_for(1s);
  EXPECT_EQ(world_.status(2), campaign_status::paused);
  EXPECT_EQ(world_.status(3), campaign_status::sending);
  EXPECT_EQ(world_.campaigns[1].reason->code, "template_refused");
  EXPECT_EQ(world_.campaigns[2].reason->code, "template_refused");
  EXPECT_TRUE(has_alarm("campaign-1"));
  const auto sent = sent_of(1) + sent_of(2);
  run_for(3s);
  EXPECT_EQ(sent_of(1) + sent_of(2), sent) << "every refused message says it again";

  gateway_.answer = {};
  command(1, campaign_command::resume);
  run();
  EXPECT_FALSE(has_alarm("campaign-1"));
  EXPECT_TRUE(has_alarm("campaign-2"));
  run_for(2s);
  EXPECT_GT(sent_of(1) + sent_of(2), sent);
}

TEST_F(number_test, trouble_of_one_language_pauses_every_campaign_in_it) {
  for (const auto no : {1, 2, 3})
    add_campaign(core::campaign_no{no}, 3'000);
  auto& of_both = world_.campaigns[1].terms;
  of_both.template_language = "en_US";
  of_both.translations = {{.language = "pt_BR", .components = "[]"}};
  world_.campaigns[2].terms.template_language = "en_US";
  world_.campaigns[3].terms.template_language = "pt_BR";
  gateway_.answer = [this](core::number_no, recipient who, std::int16_t) {
    const bool in_portuguese = world_.row_of(who).lang == 1;
    return who.first == 1 && in_portuguese && ++asked_ > 20 ? reply{outcome_class::rejected, 132001}
                                                            : reply{};
  };
  start();
  run_until([&] { return world_.status(1) == campaign_status::paused; });
  run_for(1s);
  EXPECT_EQ(world_.status(2), campaign_status::sending) << "it is in another language";
  EXPECT_EQ(world_.status(3), campaign_status::paused);
  EXPECT_EQ(world_.campaigns[1].reason->code, "template_language_refused");
  EXPECT_NE(world_.campaigns[1].reason->text.find("pt_BR"), std::string::npos);
}

TEST_F(number_test, template_trouble_is_told_once_and_again_after_a_resume) {
  add_campaign(1, 3'000);
  gateway_.answer = [](core::number_no, recipient, std::int16_t) {
    return reply{outcome_class::rejected, 132001};
  };
  start();
  run_until([&] { return world_.status(1) == campaign_status::paused; });
  run_for(2s);
  ASSERT_GT(sent_of(1), 1U) << "several messages in flight were refused";
  EXPECT_EQ(world_.logged("pause 1"), 1U);
  EXPECT_EQ(world_.logged("using_template waba"), 1U);
  command(1, campaign_command::resume);
  run_for(5s);
  EXPECT_EQ(world_.status(1), campaign_status::paused);
  EXPECT_EQ(world_.logged("pause 1"), 2U);
  EXPECT_EQ(world_.logged("using_template waba"), 2U);
}

TEST_F(number_test, the_lease_is_renewed) {
  start();
  const auto first = gateway_.numbers[1].settings.lease_until;
  run_for(60s);
  EXPECT_GE(gateway_.numbers[1].settings.lease_until, first + 55s);
  EXPECT_EQ(world_.leases[1].epoch, 1);
}

TEST_F(number_test, a_number_of_another_process_is_taken_when_it_is_free) {
  world_.foreign_lease = true;
  add_campaign(1, 50);
  start();
  run_for(10s);
  EXPECT_EQ(context_->counters.numbers_active.load(), 0U);
  EXPECT_EQ(sent_of(1), 0U);
  world_.foreign_lease = false;
  run_to_the_end(1);
  EXPECT_EQ(context_->counters.numbers_active.load(), 2U);
  expect_all_accepted(1);
}

TEST_F(number_test, a_fenced_number_stops_and_comes_back_under_the_next_epoch) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 600);
  start();
  run_until([&] { return sent_of(1) > 100; });
  world_.foreign_lease = true; // another process has it, under the next epoch
  world_.leases[1] = {"other#1", 2, now_ms() + 3'600'000};
  run_for(2s);
  EXPECT_TRUE(has_alarm("number 100"));
  EXPECT_TRUE(gateway_.numbers[1].closed);
  const auto sent = sent_of(1);
  run_for(5s);
  EXPECT_EQ(sent_of(1), sent);

  world_.foreign_lease = false;
  world_.leases[1].expires_ms = now_ms();
  run_until([&] { return sent_of(1) > sent + 100; });
  EXPECT_EQ(context_->running.epoch(1), 3);
  EXPECT_FALSE(has_alarm("number 100"));
  expect_nobody_twice();
}

TEST_F(number_test, a_database_that_was_away_for_longer_than_the_lease_loses_nobody) {
  add_campaign(1, 2'000);
  start();
  run_until([&] { return sent_of(1) > 300; });
  world_.store_fails = world_.ledger_fails = true;
  run_for(40s);
  const auto sent = sent_of(1);
  world_.store_fails = world_.ledger_fails = false;
  run_until([&] { return sent_of(1) > sent + 500; });
  EXPECT_EQ(context_->running.epoch(1), 2);
  run_for(30s);
  expect_nobody_twice();
  for (core::recipient_seq seq = 1; seq <= 2'000; ++seq)
    EXPECT_TRUE((gateway_.accepted[{1, seq}] == 1 || world_.doubts.contains({1, seq}))) << seq;
}

TEST_F(number_test, a_reload_does_not_prolong_a_lease) {
  start();
  run_for(1s);
  world_.store_fails = true; // nobody can renew it
  run_for(20s);
  const auto over = gateway_.numbers[1].settings.lease_until;
  ASSERT_LT(over, scheduler_->clock().now());
  auto next = context_->settings.numbers;
  next[0].per_second = 200;
  caf::anon_send(supervisor_, actors::atom::numbers_reloaded_v,
                 actors::numbers_ptr{std::make_shared<const std::vector<ports::number>>(next)});
  run_for(100ms);
  EXPECT_NEAR(gateway_.numbers[1].settings.per_second, 200, 1);
  EXPECT_EQ(gateway_.numbers[1].settings.lease_until, over);
}

TEST_F(number_test, answers_that_are_not_metas_stop_it_for_a_while_and_lose_nobody) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 200);
  gateway_.answer = [this](core::number_no, recipient, std::int16_t) {
    return mended_ ? reply{} : reply{outcome_class::rejected, -4};
  };
  start();
  run_until([&] { return has_alarm("number 100"); });
  EXPECT_LT(sent_of(1), 60U);
  mended_ = true;
  run_to_the_end(1, 300s);
  expect_all_accepted(1);
}

TEST_F(number_test, new_settings_reach_the_gateway_and_free_the_number) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 2'000);
  break_number_one(190);
  start();
  run_until([&] { return has_alarm("number 100"); });
  mended_ = true;
  auto next = context_->settings.numbers;
  next[0].token = "fresh";
  next[0].per_second = 200;
  caf::anon_send(supervisor_, actors::atom::numbers_reloaded_v,
                 actors::numbers_ptr{std::make_shared<const std::vector<ports::number>>(next)});
  run_for(2s);
  EXPECT_EQ(gateway_.numbers[1].settings.token, "fresh");
  EXPECT_NEAR(gateway_.numbers[1].settings.per_second, 200, 1);
  EXPECT_FALSE(has_alarm("number 100"));
  run_to_the_end(1);
}

TEST_F(number_test, a_reload_frees_no_number_that_meta_restricted) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 2'000);
  break_number_one(131048);
  start();
  run_until([&] { return has_alarm("number 100"); });
  const auto sent = sent_of(1);
  auto next = context_->settings.numbers;
  for (const auto* token : {"token", "fresh"}) {
    next[0].token = token;
    caf::anon_send(supervisor_, actors::atom::numbers_reloaded_v,
                   actors::numbers_ptr{std::make_shared<const std::vector<ports::number>>(next)});
    run_for(2s);
    EXPECT_TRUE(gateway_.numbers[1].held) << token;
    EXPECT_EQ(sent_of(1), sent) << token;
  }
  mended_ = true;
  resume_number("100");
  run_to_the_end(1);
}

TEST_F(number_test, the_same_token_again_frees_no_number) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 2'000);
  break_number_one(190);
  start();
  run_until([&] { return has_alarm("number 100"); });
  const auto sent = sent_of(1);
  caf::anon_send(supervisor_, actors::atom::numbers_reloaded_v,
                 actors::numbers_ptr{std::make_shared<const std::vector<ports::number>>(
                     context_->settings.numbers)});
  run_for(2s);
  EXPECT_EQ(sent_of(1), sent);
  mended_ = true;
  resume_number("100");
  run_to_the_end(1);
}

TEST_F(number_test, a_stopped_number_stays_so_when_its_lease_comes_back) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 2'000);
  break_number_one(131048);
  start();
  run_until([&] { return has_alarm("number 100"); });
  const auto sent = sent_of(1);
  world_.store_fails = world_.ledger_fails = true;
  run_for(40s); // longer than the lease
  world_.store_fails = world_.ledger_fails = false;
  run_until([&] { return context_->running.epoch(1) == 2; });
  run_for(5s);
  EXPECT_EQ(sent_of(1), sent) << "Meta's restriction is none the less there";
  EXPECT_TRUE(has_alarm("number 100"));
  EXPECT_TRUE(world_.stopped_reasons.contains(1));
  mended_ = true;
  resume_number("100");
  run_until([&] { return sent_of(1) > sent + 100; });
}

TEST_F(number_test, a_stopped_number_says_why_and_an_operator_of_its_organization_resumes_it) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 3'000);
  break_number_one(131048);
  start();
  run_until([&] { return world_.stopped_reasons.contains(1); });
  EXPECT_EQ(world_.stopped_reasons[1].code, "number_paused");
  EXPECT_NE(world_.stopped_reasons[1].text.find("131048"), std::string::npos);
  mended_ = true;
  const auto order = [](core::organization_no organization) {
    return actors::number_order{
        .phone_number_id = "100",
        .audit = ports::audit_entry{
            .who = {.organization = organization, .role = "operator", .actor = "cli", .source = {}},
            .action = "number.resume",
            .subject = "100",
            .detail = {}}};
  };
  const auto stranger = ask(order(2));
  run_for(1s);
  ASSERT_TRUE(*stranger);
  EXPECT_EQ((*stranger)->error().code, core::errc::not_found);
  EXPECT_TRUE(gateway_.numbers[1].held);
  EXPECT_TRUE(world_.audits.empty());
  const auto own = ask(order(1));
  run_for(1s);
  EXPECT_TRUE(*own && (*own)->ok());
  EXPECT_FALSE(gateway_.numbers[1].held);
  EXPECT_TRUE(world_.stopped_reasons.empty());
  ASSERT_EQ(world_.audits.size(), 1U);
  EXPECT_EQ(world_.audits[0].action, "number.resume");
}

TEST_F(number_test, a_reason_that_cannot_be_written_is_written_later) {
  context_->settings.numbers.resize(1);
  add_campaign(1, 3'000);
  break_number_one(131048);
  start();
  world_.store_fails = true;
  run_until([&] { return has_alarm("number 100"); });
  run_for(3s);
  EXPECT_TRUE(world_.stopped_reasons.empty());
  world_.store_fails = false;
  run_for(2s);
  EXPECT_TRUE(world_.stopped_reasons.contains(1));
}

} // namespace

} // namespace stentor::test
