/// What is remembered of single tries.
#include "stentor/core/delivery/told_tries.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace {

using namespace stentor::core;

struct word {
  std::int16_t attempt;
  bool failed;
};

told_tries told(const std::vector<word>& words) {
  told_tries all;
  for (const auto& w : words)
    w.failed ? all.add_failed(w.attempt) : all.add_reached(w.attempt);
  return all;
}

/// As told_tries says it in words.
bool has_arrived(const std::vector<word>& words) {
  std::map<std::int16_t, std::pair<bool, bool>> tries;
  for (const auto& w : words)
    (w.failed ? tries[w.attempt].second : tries[w.attempt].first) = true;
  int seen = 0;
  for (auto at = tries.rbegin(); at != tries.rend() && seen < 3; ++at, ++seen)
    if (at->second.first && !at->second.second)
      return true;
  return false;
}

TEST(told_tries, keep_the_three_highest_in_any_order) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    std::mt19937 random{seed};
    std::vector<word> words(random() % 9);
    for (auto& w : words)
      w = {static_cast<std::int16_t>(random() % 6 * 6'400), random() % 2 == 0};
    const auto wanted = told(words);
    EXPECT_EQ(wanted.any_arrived(), has_arrived(words)) << seed;
    EXPECT_EQ(told_tries::unpacked(wanted.packed()), wanted) << seed;
    for (std::size_t i = random() % 4; i > 0 && !words.empty(); --i)
      words.push_back(words[random() % words.size()]);
    std::shuffle(words.begin(), words.end(), random);
    EXPECT_EQ(told(words), wanted) << seed;
  }
}

TEST(told_tries, arrive_when_they_have_not_failed) {
  EXPECT_FALSE(told({}).any_arrived());
  EXPECT_EQ(told({}).packed(), 0);
  EXPECT_TRUE(told({{0, false}}).any_arrived());
  EXPECT_FALSE(told({{0, true}, {0, false}}).any_arrived());
  EXPECT_TRUE(told({{0, false}, {1, true}}).any_arrived());
  EXPECT_FALSE(told({{-1, false}}).any_arrived()) << "there is no such try";
}

TEST(told_tries, learn_nothing_when_they_are_unknown) {
  auto unknown = told_tries::unknown();
  unknown.add_reached(0);
  unknown.add_reached(32'000);
  EXPECT_EQ(unknown, told_tries::unknown());
  EXPECT_FALSE(unknown.any_arrived());
  EXPECT_EQ(told_tries::unpacked(unknown.packed()), unknown);
}

} // namespace
