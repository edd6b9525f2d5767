/// Numbers, sizes and durations as people read them; rate and time left.

#include "app/cli/console.hpp"
#include "app/cli/pace.hpp"

#include <gtest/gtest.h>

namespace {

using namespace stentor::app;
using namespace std::chrono_literals;

TEST(text, of_counts_sizes_and_times) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(5'000'000), "4.8 MiB");
  EXPECT_EQ(duration_text(59s), "59 s");
  EXPECT_EQ(duration_text(200s), "3 min 20 s");
  EXPECT_EQ(duration_text(7500s), "2 h 5 min");
  EXPECT_EQ(share_text(1, 3), "33.3 %");
  EXPECT_EQ(share_text(1, 0), "-");
  EXPECT_EQ(bar(0.5, 4), "[##..]");
  EXPECT_EQ(bar(7, 4), "[####]");
}

TEST(pace, is_the_growth_of_the_last_seconds) {
  pace speed;
  const pace::time start{};
  EXPECT_EQ(speed.per_second(), 0);
  for (int second = 0; second <= 20; ++second)
    speed.saw(second < 10 ? 0 : (second - 10) * 100, start + std::chrono::seconds{second});
  EXPECT_DOUBLE_EQ(speed.per_second(), 100);
  EXPECT_EQ(speed.left(1000), 11s);
  EXPECT_EQ(speed.left(0), 0s);
}

TEST(pace, does_not_flutter_when_counts_change_once_a_second) {
  pace speed;
  const pace::time start{};
  for (int look = 0; look <= 40; ++look) {
    speed.saw(look / 2 * 100, start + look * 500ms);
    if (look >= 6) {
      EXPECT_DOUBLE_EQ(speed.per_second(), 100) << look;
    }
  }
  for (int look = 41; look <= 50; ++look)
    speed.saw(2000, start + look * 500ms);
  EXPECT_EQ(speed.per_second(), 0) << "it stands still";
}

TEST(pace, a_count_that_shrinks_is_no_speed) {
  pace speed;
  speed.saw(10, pace::time{});
  speed.saw(5, pace::time{} + 1s);
  EXPECT_EQ(speed.per_second(), 0);
  EXPECT_EQ(speed.left(100), 0s);
}

} // namespace
