#include "stentor/core/campaign/arbitration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace stentor::core {

namespace {

using std::chrono::hours;

constexpr hours day{24};
constexpr hours week{7 * 24};

using given = std::optional<std::vector<std::size_t>>;

given asked(const std::vector<touch>& touches, std::vector<frequency_cap> caps = {{2, week}}) {
  put_in_order(caps);
  return arbitrate(touches, caps);
}

TEST(arbitration, whoever_has_room_costs_nobody_anything) {
  EXPECT_EQ(asked({}), given{std::in_place});
  EXPECT_EQ(asked({{hours{1}, 1}}), given{std::in_place});
}

TEST(arbitration, a_message_that_can_not_be_taken_back_keeps_its_place) {
  EXPECT_EQ(asked({{hours{1}, 0}, {hours{2}, 0}}), std::nullopt);
}

TEST(arbitration, the_one_whose_turn_it_is_gives_way) {
  EXPECT_EQ(asked({{hours{0}, 2}, {hours{0}, 1}}), (given{{1}}));
  EXPECT_EQ(asked({{hours{0}, 0}, {hours{0}, 7}}), (given{{1}}));
}

TEST(arbitration, gives_as_many_as_are_too_many) {
  EXPECT_EQ(asked({{hours{0}, 3}, {hours{0}, 1}, {hours{0}, 2}}), (given{{1, 2}}));
  EXPECT_EQ(asked({{hours{0}, 0}, {hours{0}, 0}, {hours{0}, 1}}), std::nullopt)
      << "nobody gives anything up for a message that is not sent all the same";
}

TEST(arbitration, what_lies_outside_of_a_cap_is_no_help_to_it) {
  EXPECT_EQ(asked({{day * 3, 1}, {hours{0}, 0}}, {{1, day}}), std::nullopt);
}

TEST(arbitration, what_goes_for_a_short_cap_counts_for_the_long_one) {
  const std::vector<frequency_cap> caps{{2, week}, {1, day}};
  EXPECT_EQ(asked({{day * 3, 1}, {hours{0}, 2}}, caps), (given{{1}}));
  EXPECT_EQ(asked({{day * 3, 1}, {day * 4, 3}, {hours{0}, 2}}, caps), (given{{2, 0}}));
}

TEST(arbitration, whoever_waits_waits_for_what_fades) {
  using waits = std::optional<std::chrono::milliseconds>;
  const std::vector<frequency_cap> caps{{1, day}, {2, week}};
  const auto after = [&](const std::vector<touch>& touches) { return room_after(touches, caps); };
  EXPECT_EQ(after({}), waits{hours{0}});
  EXPECT_EQ(after({{hours{6}, 0, true}}), waits{hours{18}});
  EXPECT_EQ(after({{day * 2, 0, true}, {day * 5, 0, true}}), waits{day * 2});
  EXPECT_EQ(after({{day * 2, 0, true}, {day * 5, 0, true}, {day * 6, 0, true}}), waits{day * 2});
  EXPECT_EQ(after({{day * 2, 0, true}, {day * 5, 0, true}, {hours{1}, 0, true}}), waits{day * 5});
  EXPECT_EQ(after({{day * 8, 0, true}, {day * 9, 0, true}}), waits{hours{0}});
}

TEST(arbitration, nobody_waits_for_what_may_come_at_any_time) {
  const std::vector<frequency_cap> caps{{2, week}};
  EXPECT_EQ(room_after(std::vector<touch>{{hours{0}}, {hours{0}}}, caps), std::nullopt);
  EXPECT_EQ(room_after(std::vector<touch>{{hours{0}}, {day, 0, true}}, caps),
            (std::optional<std::chrono::milliseconds>{day * 6}));
  EXPECT_EQ(room_after(std::vector<touch>{{day * 8}, {day * 9}}, caps), std::nullopt)
      << "they come while he waits";
}

TEST(arbitration, those_who_wait_are_let_out_together) {
  const auto at = [](auto after) { return wall_time{std::chrono::sys_days{} + after}; };
  const std::vector<frequency_cap> of_a_week{{2, week}};
  EXPECT_EQ(let_out_at(at(hours{3}), of_a_week), at(hours{4}));
  EXPECT_EQ(let_out_at(at(hours{4}), of_a_week), at(hours{4}));
  EXPECT_EQ(let_out_at(at(std::chrono::minutes{61}), std::vector<frequency_cap>{{1, day}}),
            at(hours{2}));
}

/// Whoever waits keeps all caps when he is let out, whatever the others do with their places.
TEST(arbitration, whoever_waited_keeps_all_caps) {
  std::mt19937 random{8}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same ones each time
  const auto some = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  int waited = 0;
  for (int run = 0; run < 5'000; ++run) {
    std::vector<frequency_cap> caps;
    for (int i = 1 + some(3); i > 0; --i)
      caps.push_back({1 + some(4), hours{1 + some(10)}});
    std::vector<touch> touches;
    for (int i = some(6); i > 0; --i)
      touches.push_back({hours{some(20)}, 0, some(3) != 0});
    const auto after = room_after(touches, caps);
    if (!after)
      continue;
    waited += *after > hours{0} ? 1 : 0;
    for (const auto& cap : caps) {
      int counted = 1;
      for (const auto& one : touches) // one that does not fade may come in the very same moment
        counted += !one.fades || one.distance + *after < cap.per ? 1 : 0;
      EXPECT_LE(counted, cap.max) << run;
    }
  }
  EXPECT_GT(waited, 500);
}

TEST(arbitration, the_lowest_gives_first_and_of_equals_whoever_starts_last) {
  const auto at = [](int minutes) { return wall_time{std::chrono::minutes{minutes}}; };
  const std::vector<rival> others{
      {campaign_no{1}, 4, at(1), true},  {campaign_no{2}, 2, at(1), true},
      {campaign_no{3}, 2, at(9), true},  {campaign_no{4}, 5, at(1), true},
      {campaign_no{5}, 1, at(1), false}, {campaign_no{6}, 2, at(9), true},
  };
  EXPECT_EQ(giving_way(others, 5),
            (std::vector{campaign_no{6}, campaign_no{3}, campaign_no{2}, campaign_no{1}}));
  EXPECT_TRUE(giving_way(others, 2).empty()) << "equals leave each other alone";
}

/// Against all subsets: an answer keeps all caps with the fewest that can be given up.
TEST(arbitration, gives_up_no_more_than_needed) {
  std::mt19937 random{7}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same ones each time
  const auto some = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  for (int run = 0; run < 2'000; ++run) {
    std::vector<touch> touches;
    for (int i = some(7); i > 0; --i)
      touches.push_back({hours{some(10)}, some(2) == 0 ? 0 : some(4) + 1});
    std::vector<frequency_cap> caps;
    for (int i = 1 + some(3); i > 0; --i)
      caps.push_back({1 + some(3), hours{1 + some(10)}});
    const auto holds = [&](unsigned without) {
      return std::all_of(caps.begin(), caps.end(), [&](const auto& cap) {
        int counted = 0;
        for (std::size_t i = 0; i < touches.size(); ++i)
          counted += (without >> i & 1U) == 0 && touches[i].distance < cap.per ? 1 : 0;
        return counted < cap.max;
      });
    };
    std::optional<int> fewest;
    for (unsigned without = 0; without < 1U << touches.size(); ++without) {
      bool can = holds(without);
      int n = 0;
      for (std::size_t i = 0; i < touches.size(); ++i) {
        n += (without >> i & 1U) != 0 ? 1 : 0;
        can = can && ((without >> i & 1U) == 0 || touches[i].turn > 0);
      }
      if (can && (!fewest || n < *fewest))
        fewest = n;
    }
    const auto answer = asked(touches, caps);
    ASSERT_EQ(answer.has_value(), fewest.has_value()) << run;
    if (!answer)
      continue;
    unsigned without = 0;
    for (const auto i : *answer) {
      EXPECT_GT(touches[i].turn, 0) << run;
      without |= 1U << i;
    }
    EXPECT_TRUE(holds(without)) << run;
    EXPECT_EQ(static_cast<int>(answer->size()), *fewest) << run;
  }
}

} // namespace

} // namespace stentor::core
