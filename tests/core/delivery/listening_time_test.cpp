/// Which doubts are old enough, when only time in which webhooks could be taken counts.

#include "stentor/core/delivery/listening_time.hpp"

#include <gtest/gtest.h>

using namespace stentor::core;
using namespace std::chrono_literals;

namespace {

class listening : public ::testing::Test {
protected:
  void pass(std::chrono::milliseconds time, bool takes = true,
            std::chrono::milliseconds step = 500ms) {
    for (; time > 0ms; time -= step) {
      now_ += step;
      wall_ += step;
      time_.note(now_, wall_, takes);
    }
  }
  /// How long before now the youngest one began that is old enough; none when nobody is.
  std::optional<std::chrono::milliseconds> age(std::chrono::milliseconds wait) {
    const auto begun = time_.heard_for(wait);
    if (!begun)
      return std::nullopt;
    return wall_ - *begun;
  }

  void SetUp() override { time_.note(now_, wall_, true); }

  steady_time now_{1h};
  wall_time wall_{1'000'000s};
  listening_time time_;
};

TEST_F(listening, counts_from_its_beginning) {
  pass(9'500ms);
  EXPECT_EQ(age(10s), std::nullopt) << "whatever the row says: nobody has listened for so long";
  pass(500ms);
  EXPECT_EQ(age(10s), 10s);
  pass(60s);
  EXPECT_EQ(age(10s), 10s);
}

TEST_F(listening, does_not_count_time_in_which_nothing_was_taken) {
  pass(5s);
  pass(30s, false);
  EXPECT_EQ(age(10s), std::nullopt);
  pass(5s);
  EXPECT_EQ(age(10s), 40s);
  pass(5s);
  EXPECT_EQ(age(10s), 40s) << "what began during the silence has been listened for 10 s now";
}

TEST_F(listening, counts_little_of_a_standstill) {
  pass(1s);
  now_ += 1h;
  wall_ += 1h;
  time_.note(now_, wall_, true);
  EXPECT_EQ(age(10s), std::nullopt);
}

TEST_F(listening, is_not_moved_by_the_wall_clock) {
  pass(5s);
  wall_ += 1h;
  pass(3s);
  EXPECT_EQ(age(10s), std::nullopt);
  pass(2s);
  EXPECT_EQ(age(10s), 1h + 10s);
}

TEST_F(listening, makes_nothing_older_when_the_clock_steps_back) {
  pass(9s);
  wall_ -= 5s;
  now_ += 100ms;
  wall_ += 100ms;
  const auto begun = wall_; // just behind the step, by a clock that reads less than before
  pass(9s);
  EXPECT_LT(*time_.heard_for(10s), begun);
  pass(2s);
  EXPECT_GE(*time_.heard_for(10s), begun - 1s);
}

} // namespace
