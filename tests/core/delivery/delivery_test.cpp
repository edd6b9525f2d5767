/// The lattice by permutation.
#include "stentor/core/delivery/delivery.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <random>

namespace {

using namespace stentor::core;

struct step {
  std::int16_t attempt;
  event_kind kind;
  std::int32_t code;
  std::int64_t at;
  number_no number = 0;
  std::string_view text = {};
};

delivery folded(const std::vector<step>& steps) {
  delivery row;
  for (const auto& s : steps)
    fold(row, {.attempt = s.attempt,
               .kind = s.kind,
               .code = s.code,
               .at_ms = s.at,
               .number = s.number,
               .text = s.text});
  return row;
}

TEST(lattice, any_order_and_any_repetition_give_the_same_row) {
  constexpr std::array<std::string_view, 3> texts{"", "one", "two"};
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    std::mt19937 random{seed};
    std::vector<step> steps(1 + random() % 12);
    for (auto& s : steps)
      s = {static_cast<std::int16_t>(random() % 3),
           static_cast<event_kind>(1 + random() % 17),
           static_cast<std::int32_t>(random() % 3),
           static_cast<std::int64_t>(random() % 5),
           number_no{static_cast<std::int32_t>(random() % 3)},
           texts[random() % texts.size()]};
    const auto wanted = folded(steps);
    auto shuffled = steps;
    for (std::size_t i = random() % 6; i > 0; --i)
      shuffled.push_back(steps[random() % steps.size()]);
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const auto got = folded(shuffled);
    ASSERT_EQ(got, wanted) << seed;
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
      {{{0, k::rejected, 131026, 8}, {1, k::in_doubt, 0, 9}}, s::in_doubt},
      // A doubt was tried again and in doubt again, and then the first try's receipt came.
      {{{0, k::in_doubt, 0, 7}, {1, k::in_doubt, 131000, 8}, {0, k::sent, 0, 9}}, s::sent},
      {{{0, k::accepted, 0, 8}, {1, k::in_doubt, 0, 9}, {1, k::held, 0, 10}}, s::sent},
      {{{0, k::sent, 0, 8}, {0, k::rejected, 131026, 9}, {1, k::in_doubt, 0, 9}}, s::in_doubt},
      {{{0, k::sent, 0, 8}, {0, k::failed, 131026, 9}, {1, k::held, 0, 9}}, s::held},
      {{{0, k::failed, 131026, 8}, {1, k::accepted, 0, 9}}, s::sent},
      {{{0, k::unsendable, -1, 8}}, s::failed},
      {{{0, k::opted_out, 0, 8}}, s::opted_out},
      {{{0, k::cancelled, 0, 8}}, s::cancelled},
      {{{0, k::expired, 0, 8}}, s::expired},
      {{{0, k::accepted, 0, 8}, {0, k::paced, 0, 8}}, s::sent},
      {{{0, k::paced, 0, 8}, {0, k::failed, 132015, 9}}, s::failed},
      {{{0, k::failed, 132000, 8}, {1, k::reopened, 0, 9}}, s::pending},
      {{{0, k::failed, 132000, 8}, {1, k::reopened, 0, 9}, {1, k::accepted, 0, 10}}, s::sent},
      {{{0, k::failed, 132000, 8}, {1, k::reopened, 0, 9}, {1, k::failed, 132000, 10}}, s::failed},
      {{{0, k::accepted, 0, 7}, {0, k::failed, 131053, 8}, {1, k::reopened, 0, 9}}, s::pending},
      {{{0, k::retracted, 5, 8}}, s::retracted},
      {{{0, k::rejected, 130429, 7}, {1, k::retracted, 3, 8}}, s::retracted},
      {{{0, k::accepted, 0, 7}, {0, k::retracted, 3, 8}}, s::sent},
  };
  int index = 0;
  for (const auto& [steps, wanted] : cases)
    EXPECT_EQ(to_string(state_of(folded(steps))), to_string(wanted)) << index++;
}

TEST(lattice, a_message_counts_whatever_became_of_the_other_tries) {
  using k = event_kind;
  using s = delivery_state;
  const std::pair<std::vector<step>, s> cases[] = {
      // The receipt of a try that was in doubt comes when the next one was refused.
      {{{0, k::in_doubt, 0, 7}, {1, k::rejected, 130429, 8, 1}, {0, k::sent, 0, 9}}, s::sent},
      {{{0, k::in_doubt, 0, 7}, {1, k::failed, 131026, 8, 1}, {0, k::sent, 0, 9}}, s::sent},
      {{{0, k::in_doubt, 0, 6},
        {1, k::rejected, 130429, 7, 1},
        {2, k::in_doubt, 0, 8},
        {0, k::sent, 0, 9}},
       s::sent},
      // If it failed then, the refusal is all that is left; so it is if both messages had failed.
      {{{0, k::in_doubt, 0, 6},
        {1, k::rejected, 130429, 7, 1},
        {0, k::sent, 0, 8},
        {0, k::failed, 131026, 9}},
       s::sending},
      {{{0, k::accepted, 0, 6, 1}, {0, k::rejected, 131026, 7}, {1, k::rejected, 130429, 8, 1}},
       s::sending},
      // Of two messages of somebody in doubt the second one failed.
      {{{0, k::in_doubt, 0, 6},
        {1, k::accepted, 0, 7, 1},
        {1, k::rejected, 131026, 8},
        {0, k::sent, 0, 9}},
       s::sent},
      // We had given up, and an operator lets it be sent again: Meta has it all the same.
      {{{0, k::in_doubt, 0, 6}, {0, k::failed, -3, 7}, {0, k::sent, 0, 8}}, s::sent},
      {{{0, k::in_doubt, 0, 6}, {0, k::held, 0, 7}, {1, k::reopened, 0, 8}, {0, k::sent, 0, 9}},
       s::sent},
  };
  int index = 0;
  for (const auto& [steps, wanted] : cases)
    EXPECT_EQ(to_string(state_of(folded(steps))), to_string(wanted)) << index++;
}

TEST(lattice, tells_the_error_of_a_refusal_while_its_retry_waits) {
  using k = event_kind;
  using s = delivery_state;
  const auto refused = folded({{0, k::rejected, 131026, 9}});
  EXPECT_EQ(state_of(refused), s::sending);
  EXPECT_EQ(refused.error_code, 131026);
  const auto enough = folded({{0, k::accepted, 0, 8}, {0, k::rejected, 131049, 9}});
  EXPECT_EQ(state_of(enough), s::failed) << "though it is tried again a day later";
  EXPECT_EQ(counts_of(enough).failed, 1);
  const auto again = folded({{0, k::rejected, 131049, 9}, {1, k::accepted, 0, 10}});
  EXPECT_EQ(state_of(again), s::sent);
  EXPECT_EQ(counts_of(again).failed, 0);
  // The later attempt's error counts, whatever came first; of one attempt that of the failure.
  for (const auto& events : {std::vector<step>{{0, k::failed, 7, 5}, {1, k::rejected, 8, 6}},
                             std::vector<step>{{1, k::rejected, 8, 6}, {0, k::failed, 7, 5}}})
    EXPECT_EQ(folded(events).error_code, 8);
  for (const auto& events : {std::vector<step>{{1, k::failed, 9, 5}, {1, k::rejected, 8, 6}},
                             std::vector<step>{{1, k::rejected, 8, 6}, {1, k::failed, 9, 5}}})
    EXPECT_EQ(folded(events).error_code, 9);
}

TEST(lattice, what_is_held_waits_for_a_persons_word) {
  using k = event_kind;
  using s = delivery_state;
  const std::vector<step> held{{0, k::in_doubt, 0, 7}, {0, k::held, 0, 8}};
  EXPECT_EQ(counts_of(folded(held)).held, 1);
  EXPECT_EQ(counts_of(folded(held)).in_doubt, 1);
  auto again = held;
  again.push_back({1, k::reopened, 0, 9});
  EXPECT_EQ(state_of(folded(again)), s::pending);
  EXPECT_EQ(counts_of(folded(again)), delivery_counts{});
  auto written_off = held;
  written_off.push_back({0, k::failed, -5, 9});
  EXPECT_EQ(state_of(folded(written_off)), s::failed);
  EXPECT_EQ(counts_of(folded(written_off)).held, 0);
  written_off.push_back({0, k::delivered, 0, 10});
  EXPECT_EQ(state_of(folded(written_off)), s::delivered) << "a late receipt knows better";
}

TEST(lattice, a_message_that_came_after_all_makes_the_next_try_needless) {
  using k = event_kind;
  using n = retry_need;
  const std::pair<std::vector<step>, n> cases[] = {
      {{}, n::needed},
      {{{0, k::rejected, 130429, 7, 1}}, n::needed},
      {{{0, k::accepted, 0, 7, 1}}, n::needed}, // its refusal is not folded yet
      {{{0, k::in_doubt, 0, 7}}, n::needed},
      {{{0, k::in_doubt, 0, 7}, {0, k::sent, 0, 8}}, n::needless_if_folded},
      {{{0, k::in_doubt, 0, 7}, {1, k::rejected, 130429, 8, 1}, {0, k::sent, 0, 9}},
       n::needless_if_folded},
      {{{0, k::in_doubt, 0, 7}, {1, k::rejected, 130429, 8, 1}, {0, k::delivered, 0, 9}},
       n::needless},
      {{{0, k::rejected, 130429, 7, 1}, {0, k::opted_out, 0, 8}}, n::needless},
  };
  int index = 0;
  for (const auto& [steps, wanted] : cases)
    EXPECT_EQ(need_of_retry(folded(steps)), wanted) << index++;
}

TEST(lattice, a_needless_try_is_needed_when_the_message_fails) {
  using k = event_kind;
  const std::vector<step> arrived{
      {0, k::in_doubt, 0, 7}, {1, k::rejected, 130429, 8, 1}, {0, k::sent, 0, 9}};
  const auto then = [&](const step& more) {
    auto all = arrived;
    all.push_back(more);
    return needed_after_all(folded(arrived), folded(all));
  };
  EXPECT_TRUE(then({0, k::failed, 131026, 10}));
  EXPECT_TRUE(then({0, k::rejected, 131026, 10}));
  EXPECT_FALSE(then({0, k::delivered, 0, 10}));
  EXPECT_FALSE(then({1, k::failed, 131026, 10, 1})) << "the message is there";
  const std::vector<step> first{{0, k::in_doubt, 0, 7}, {0, k::sent, 0, 8}};
  auto failed = first;
  failed.push_back({0, k::failed, 131026, 9});
  EXPECT_FALSE(needed_after_all(folded(first), folded(failed))) << "it failed for good";
}

TEST(lattice, the_rest_tells_of_a_single_try_and_nothing_of_several) {
  using k = event_kind;
  const auto told = [](const std::vector<step>& steps) {
    const auto row = folded(steps);
    return row.tries == tries_told_by_rest(row);
  };
  EXPECT_TRUE(told({}));
  EXPECT_TRUE(told({{0, k::accepted, 0, 7, 1}, {0, k::sent, 0, 8}}));
  EXPECT_TRUE(told({{0, k::in_doubt, 0, 7}}));
  EXPECT_TRUE(told({{0, k::accepted, 0, 7, 1}, {0, k::failed, 131026, 8}}));
  EXPECT_FALSE(told({{0, k::rejected, 130429, 7, 1}})) << "an answer says nothing";
  EXPECT_FALSE(told({{0, k::in_doubt, 0, 7}, {0, k::failed, -3, 8}})) << "nor do we";
  EXPECT_FALSE(told({{0, k::accepted, 0, 7, 1}, {1, k::accepted, 0, 8, 1}}));
  delivery old; // with several tries, and what was told of them was not kept
  old.attempt = old.rejected_attempt = 1;
  old.in_doubt_attempt = 0;
  old.tries = tries_told_by_rest(old);
  fold(old, {.attempt = 0, .kind = k::sent, .at_ms = 9});
  EXPECT_EQ(state_of(old), delivery_state::sending) << "as it was decided then";
}

TEST(lattice, counts_what_meta_holds_back_until_more_is_known) {
  std::vector<step> steps{{0, event_kind::accepted, 0, 10}, {0, event_kind::paced, 0, 10}};
  EXPECT_EQ(counts_of(folded(steps)).paced, 1);
  EXPECT_EQ(counts_of(folded(steps)).sent, 1);
  for (const auto kind : {event_kind::sent, event_kind::delivered, event_kind::failed}) {
    auto more = steps;
    more.push_back({0, kind, 132015, 20});
    EXPECT_EQ(counts_of(folded(more)).paced, 0);
  }
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

TEST(lattice, keeps_the_latest_attempts_number_and_message_and_the_earliest_reply) {
  const auto row = folded({{1, event_kind::accepted, 0, 20, 7, "wamid.b"},
                           {0, event_kind::accepted, 0, 10, 5, "wamid.a"},
                           {1, event_kind::delivered, 0, 30, 0, ""},
                           {1, event_kind::responded, 0, 50, 0, "later"},
                           {1, event_kind::responded, 0, 40, 0, "sooner"}});
  EXPECT_EQ(row.number, 7);
  EXPECT_EQ(row.message_id, "wamid.b");
  EXPECT_EQ(row.responded_at, 40);
  EXPECT_EQ(row.response_text, "sooner");
}

TEST(lattice, counts) {
  using k = event_kind;
  const std::pair<std::vector<step>, delivery_counts> cases[] = {
      {{}, {}},
      {{{0, k::accepted, 0, 10}}, {.sent = 1}},
      {{{0, k::read, 0, 10}}, {.sent = 1, .delivered = 1, .read = 1}},
      {{{0, k::accepted, 0, 10}, {0, k::failed, 131026, 11}}, {.sent = 1, .failed = 1}},
      {{{0, k::delivered, 0, 10}, {0, k::failed, 131026, 11}}, {.sent = 1, .delivered = 1}},
      {{{0, k::delivered, 0, 10}, {0, k::opted_out, 0, 11}},
       {.sent = 1, .delivered = 1, .opted_out = 1}},
      {{{0, k::in_doubt, 0, 10}}, {.in_doubt = 1}},
      {{{0, k::in_doubt, 0, 10}, {0, k::held, 0, 10}}, {.in_doubt = 1, .held = 1}},
      {{{0, k::rejected, 130429, 10}}, {}},
      {{{0, k::responded, 0, 10}}, {.responded = 1}},
  };
  int index = 0;
  for (const auto& [steps, wanted] : cases)
    EXPECT_EQ(counts_of(folded(steps)), wanted) << index++;
}

} // namespace
