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
      for (auto run = 0ms; run < step; run += 100ms) {
        now_ += 100ms;
        time_.runs(now_);
      }
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

/// A process that is frozen again and again, each time for less than a second or for more.
TEST_F(listening, counts_next_to_nothing_of_many_standstills) {
  pass(5s);
  for (int i = 0; i < 10; ++i) {
    now_ += i % 2 == 0 ? 900ms : 1'900ms;
    wall_ += i % 2 == 0 ? 900ms : 1'900ms;
    pass(100ms, true, 100ms);
  }
  EXPECT_EQ(age(8'100ms), std::nullopt) << "5 s, and ten times 0.1 s that ran and 0.2 s of luck";
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
