/// The lattice by permutation.
#include "stentor/core/delivery.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <tuple>

namespace {

using namespace stentor::core;

struct step {
  std::int16_t attempt;
  event_kind kind;
  std::int32_t code;
  std::int64_t at;
};

auto fields(const delivery& d) {
  return std::tuple{d.attempt,          d.accepted_at,      d.sent_at,        d.delivered_at,
                    d.read_at,          d.responded_at,     d.opted_out_at,   d.cancelled_at,
                    d.expired_at,       d.failed_at,        d.failed_attempt, d.error_code,
                    d.rejected_attempt, d.in_doubt_attempt, d.held_attempt,   d.settled_attempt};
}

delivery folded(const std::vector<step>& steps) {
  delivery row;
  for (const auto& s : steps)
    fold(row, s.attempt, s.kind, s.code, s.at);
  return row;
}

TEST(lattice, any_order_and_any_repetition_give_the_same_row) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    std::mt19937 random{seed};
    std::vector<step> steps(1 + random() % 12);
    for (auto& s : steps)
      s = {static_cast<std::int16_t>(random() % 3), static_cast<event_kind>(1 + random() % 13),
           static_cast<std::int32_t>(random() % 3), static_cast<std::int64_t>(random() % 5)};
    const auto wanted = folded(steps);
    auto shuffled = steps;
    for (std::size_t i = random() % 6; i > 0; --i)
      shuffled.push_back(steps[random() % steps.size()]);
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const auto got = folded(shuffled);
    ASSERT_EQ(fields(got), fields(wanted)) << seed;
    ASSERT_EQ(state_of(got), state_of(wanted)) << seed;
  }
}

TEST(lattice, states) {
  using k = event_kind;
  using s = delivery_state;
  const std::pair<std::vector<step>, s> cases[] = {
      {{}, s::pending},
      {{{0, k::accepted, 0, 10}}, s::sent},
      {{{0, k::sent, 0, 10}}, s::sent},
      {{{0, k::accepted, 0, 10}, {0, k::delivered, 0, 12}}, s::delivered},
      {{{0, k::read, 0, 12}}, s::read},
      {{{0, k::read, 0, 12}, {0, k::responded, 0, 13}}, s::responded},
      {{{0, k::accepted, 0, 10}, {0, k::failed, 131049, 12}}, s::failed},
      {{{0, k::delivered, 0, 12}, {0, k::failed, 131026, 13}}, s::delivered}, // failed never lowers
      {{{0, k::failed, 131026, 9}, {0, k::read, 0, 12}}, s::read},
      {{{0, k::rejected, 130429, 9}}, s::sending},
      {{{0, k::accepted, 0, 8}, {0, k::rejected, 131026, 9}}, s::sending},
      {{{0, k::rejected, 130429, 9}, {1, k::accepted, 0, 10}}, s::sent},
      {{{0, k::in_doubt, 0, 9}}, s::in_doubt},
      {{{0, k::in_doubt, 0, 9}, {0, k::held, 0, 10}}, s::held},
      {{{0, k::held, 0, 10}, {0, k::sent, 0, 11}}, s::sent}, // the late webhook settles it
      {{{0, k::accepted, 0, 8}, {1, k::in_doubt, 0, 9}}, s::in_doubt},
      {{{0, k::failed, 131026, 8}, {1, k::accepted, 0, 9}}, s::sent},
      {{{0, k::unsendable, -1, 8}}, s::failed},
      {{{0, k::opted_out, 0, 8}}, s::opted_out},
      {{{0, k::cancelled, 0, 8}}, s::cancelled},
      {{{0, k::expired, 0, 8}}, s::expired},
  };
  int index = 0;
  for (const auto& [steps, wanted] : cases)
    EXPECT_EQ(to_string(state_of(folded(steps))), to_string(wanted)) << index++;
}

TEST(lattice, keeps_the_earliest_time_and_the_latest_attempts_error) {
  const auto row = folded({{0, event_kind::sent, 0, 20},
                           {0, event_kind::sent, 0, 10},
                           {0, event_kind::failed, 1, 5},
                           {1, event_kind::failed, 2, 30},
                           {1, event_kind::failed, 3, 25}});
  EXPECT_EQ(row.sent_at, 10);
  EXPECT_EQ(row.failed_attempt, 1);
  EXPECT_EQ(row.failed_at, 25);
  EXPECT_EQ(row.error_code, 3);
}

} // namespace
