/// Parts whose people wake at different hours, and a campaign that is spread over a time.
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

using core::campaign_status;

/// It is 08:00 UTC when the tests begin.
class plan_test : public engine_test {
protected:
  /// The first `border` people live where `zone` is, the others in UTC; nobody gets anything in the
  /// quiet hours.
  simulation::campaign_row& divide(core::campaign_no no, core::recipient_seq border,
                                   std::string zone, core::quiet_span quiet) {
    auto& c = world_.campaigns.at(no);
    c.places = {{.no = 1, .country = "IN", .zones = {std::move(zone)}, .quiet = {quiet}},
                {.no = 2, .country = "GB", .zones = {"UTC"}, .quiet = {}}};
    c.parts = {{.no = 1, .from = 1, .to = border, .next = 1, .place = 1},
               {.no = 2,
                .from = border + 1,
                .to = c.terms.recipients_total,
                .next = border + 1,
                .place = 2}};
    return c;
  }
  [[nodiscard]] std::size_t sent_up_to(core::recipient_seq border) const {
    std::set<core::recipient_seq> who;
    for (const auto& e : world_.events)
      if (e.kind == core::event_kind::accepted && e.who.second <= border)
        who.insert(e.who.second);
    return who.size();
  }
};

TEST_F(plan_test, the_others_go_on_while_some_sleep) {
  add_campaign(1, 400);
  divide(1, 100, "+6", {{}, {}, 13 * 60, 14 * 60 + 1}); // until 08:01 UTC
  start();
  run_for(30s);
  EXPECT_EQ(sent_up_to(100), 0U);
  EXPECT_EQ(sent_of(1), 300U);
  EXPECT_EQ(world_.status(1), campaign_status::sending);
  run_for(40s);
  EXPECT_EQ(sent_up_to(100), 100U);
  run_to_the_end(1);
  expect_nobody_twice();
  expect_all_accepted(1);
}

TEST_F(plan_test, a_part_that_closes_takes_back_what_is_queued) {
  add_campaign(1, 40'000);
  divide(1, 20'000, "+6", {{}, {}, 14 * 60 + 1, 14 * 60 + 3}); // from 08:01 to 08:03
  start();
  run_for(70s);
  const auto before = sent_up_to(20'000);
  ASSERT_GT(before, 1'000U);
  ASSERT_LT(before, 20'000U);
  const auto all = sent_of(1);
  run_for(30s);
  EXPECT_EQ(sent_up_to(20'000), before);
  EXPECT_GT(sent_of(1), all) << "the others go on";
  run_to_the_end(1, 600s);
  expect_nobody_twice();
  expect_all_accepted(1);
}

TEST_F(plan_test, retries_keep_to_the_hours_of_their_part) {
  add_campaign(1, 200);
  divide(1, 100, "+6", {{}, {}, 14 * 60 + 1, 14 * 60 + 5}); // from 08:01 to 08:05
  const auto begin = now_ms();
  world_.campaigns.at(1).terms.retries_max = 20;
  gateway_.answer = [this, begin](core::number_no, recipient who, std::int16_t) {
    return now_ms() < begin + 59'000 && who.second == 7
               ? reply{.kind = core::outcome_class::rejected, .code = 131016}
               : reply{};
  };
  start();
  run_for(230s); // its next retry is due in the middle of the quiet hours
  EXPECT_EQ(world_.count(core::event_kind::accepted), 199U);
  run_to_the_end(1, 200s);
  EXPECT_EQ(world_.count(core::event_kind::accepted), 200U);
}

TEST_F(plan_test, nobody_leaves_before_the_time_of_his_part) {
  add_campaign(1, 200);
  auto& c = divide(1, 100, "UTC", {{1}, {{std::chrono::January / 1}}, 0, 1});
  c.places.clear();
  c.parts[0].opens_at = core::wall_time{std::chrono::milliseconds{now_ms()}} + 10s;
  start();
  run_for(9s);
  EXPECT_EQ(sent_up_to(100), 0U);
  run_to_the_end(1);
  expect_all_accepted(1);
}

TEST_F(plan_test, a_plan_that_cannot_be_read_is_read_again) {
  add_campaign(1, 50);
  start();
  world_.fate_of = [](std::string_view what) {
    return what == "plan" ? simulation::fate::fails : simulation::fate::arrives;
  };
  add_campaign(2, 50);
  run_for(3s);
  EXPECT_EQ(sent_of(2), 0U);
  world_.fate_of = nullptr;
  run_to_the_end(2);
  expect_all_accepted(2);
}

} // namespace stentor::test
