/// The plan: the same seed does the same, every crash that was asked for is there, and a short run
/// has something of everything.

#include "bench/torture/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

using namespace stentor::load;

namespace {

std::size_t count(const std::vector<plan_step>& plan, bool (*which)(deed)) {
  return static_cast<std::size_t>(
      std::count_if(plan.begin(), plan.end(), [&](const plan_step& s) { return which(s.what); }));
}

} // namespace

TEST(torture_plan, has_every_crash_and_is_the_seeds_alone) {
  const plan_settings settings{.seed = 3, .crashes = 500, .database_crashes = 50};
  const auto plan = make_plan(settings);
  EXPECT_EQ(count(plan, crashes_daemon), 500U);
  EXPECT_EQ(count(plan, crashes_database), 50U);
  EXPECT_EQ(plan.size(), 500U + 50U + 750U);
  const auto again = make_plan(settings);
  EXPECT_TRUE(std::equal(plan.begin(), plan.end(), again.begin(), again.end(),
                         [](const plan_step& a, const plan_step& b) {
                           return a.what == b.what && a.messages == b.messages &&
                                  a.length == b.length;
                         }));
  auto other = settings;
  other.seed = 4;
  EXPECT_NE(make_plan(other)[0].messages, plan[0].messages);
}

TEST(torture_plan, is_over_before_the_list_is) {
  const auto plan = make_plan({.crashes = 500, .database_crashes = 50, .recipients = 200'000});
  const auto sent =
      std::accumulate(plan.begin(), plan.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const plan_step& step) { return sum + step.messages; });
  EXPECT_GT(sent, 100'000U);
  EXPECT_LT(sent, 200'000U);
}

TEST(torture_plan, does_everything_in_a_short_run_and_has_names) {
  std::set<std::string_view> names;
  for (const auto& step : make_plan({.crashes = 12, .database_crashes = 3, .recipients = 5'000})) {
    EXPECT_FALSE(to_string(step.what).empty());
    EXPECT_LE(step.length, std::chrono::seconds{6});
    names.insert(to_string(step.what));
  }
  EXPECT_EQ(names.size(), 22U);
}

TEST(torture_plan, kills_starting_daemons_right_behind_a_crash) {
  const auto plan = make_plan({.crashes = 70, .database_crashes = 0, .recipients = 5'000});
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (plan[i].what == deed::kill_starting_daemon) {
      ASSERT_GT(i, 0U);
      EXPECT_EQ(plan[i - 1].what, deed::kill_daemon);
      EXPECT_EQ(plan[i].messages, 0U);
    }
}
