/// The learned rate's turns of state; how well it does is tests/pacing's affair.
#include "stentor/core/delivery/pacing/learned_rate.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace stentor::core {
namespace {

using namespace std::chrono_literals;

constexpr steady_time start{1000h};

/// Everything that is sent at a second is answered within it.
void second(learned_rate& rate, steady_time& now, double refused_share) {
  for (auto i = 0; i < 4; ++i) {
    const auto count = static_cast<std::uint32_t>(rate.current() / 4);
    rate.answered(now, now + 100ms, count, static_cast<std::uint32_t>(count * refused_share));
    now += 250ms;
    rate.tick(now);
  }
}

TEST(learned_rate, a_lower_configured_rate_holds_at_once_in_every_state) {
  learned_rate rate{80};
  auto now = start;
  rate.tick(now);
  for (auto i = 0; i < 60; ++i) {
    second(rate, now, rate.current() > 40 ? 0.5 : 0);
    auto lower = rate;
    lower.set_limit(20);
    EXPECT_LE(lower.current(), 20);
    EXPECT_LE(lower.ceiling(), 20);
    EXPECT_LE(lower.tick(now + 250ms), 20);
  }
  EXPECT_NE(rate.state(), pace_state::free);
}

TEST(learned_rate, a_higher_configured_rate_is_used_at_once_unless_less_was_learned) {
  learned_rate rate{80};
  rate.set_limit(1'000);
  EXPECT_DOUBLE_EQ(rate.tick(start), 1'000);
  auto now = start;
  while (rate.state() != pace_state::learned && now < start + 10min)
    second(rate, now, rate.current() > 500 ? 1 - 500 / rate.current() : 0);
  const auto learned = rate.current();
  EXPECT_NEAR(learned, 500, 25);
  rate.set_limit(2'000);
  EXPECT_DOUBLE_EQ(rate.current(), learned);
}

TEST(learned_rate, begins_where_it_was_and_looks_soon_whether_more_goes) {
  learned_rate rate{80};
  rate.begin_at(20);
  EXPECT_DOUBLE_EQ(rate.current(), 20);
  EXPECT_EQ(rate.state(), pace_state::learned);
  auto now = start;
  for (auto i = 0; i < 59; ++i)
    second(rate, now, 0);
  EXPECT_DOUBLE_EQ(rate.current(), 20);
  for (auto i = 0; i < 180 && rate.state() != pace_state::free; ++i)
    second(rate, now, 0);
  EXPECT_DOUBLE_EQ(rate.current(), 80) << "by now all of it goes";
  for (const auto nothing : {0.0, -1.0, 80.0, 1'000.0, std::nan("")}) {
    learned_rate fresh{80};
    fresh.begin_at(nothing);
    EXPECT_DOUBLE_EQ(fresh.current(), 80) << nothing;
  }
}

TEST(learned_rate, an_outage_costs_few_messages_and_ends_at_full_rate) {
  learned_rate rate{1'000};
  auto now = start;
  rate.tick(now);
  for (auto i = 0; i < 60; ++i)
    second(rate, now, 0);
  double tried = 0;
  for (auto i = 0; i < 120; ++i) {
    second(rate, now, 1);
    tried += rate.current();
  }
  EXPECT_EQ(rate.state(), pace_state::unavailable);
  EXPECT_LT(tried, 10'000);
  for (auto i = 0; i < 10; ++i)
    second(rate, now, 0);
  EXPECT_DOUBLE_EQ(rate.current(), 1'000);
}

TEST(learned_rate, silence_teaches_nothing) {
  learned_rate rate{80};
  auto now = start;
  for (auto i = 0; i < 1'000; ++i) {
    rate.tick(now);
    now += 250ms;
  }
  EXPECT_DOUBLE_EQ(rate.tick(now + 24h), 80);
  EXPECT_EQ(rate.state(), pace_state::free);
}

} // namespace
} // namespace stentor::core
