/// When a filling disk is told, when sending stops, and when it goes on.

#include "stentor/core/delivery/disk_guard.hpp"

#include <gtest/gtest.h>

namespace stentor::core {
namespace {

disk_space used(unsigned percent) {
  return {.used_bytes = percent * 1'000'000'000ULL,
          .free_bytes = (100 - percent) * 1'000'000'000ULL};
}

TEST(disk_guard, tells_then_stops_and_goes_on_only_well_below) {
  disk_guard guard{{.alarm_percent = 80, .stop_percent = 95}};
  EXPECT_EQ(guard.look(used(79)), disk_state::fine);
  EXPECT_EQ(guard.look(used(80)), disk_state::filling);
  EXPECT_EQ(guard.look(used(79)), disk_state::filling) << "it would come and go";
  EXPECT_EQ(guard.look(used(95)), disk_state::full);
  EXPECT_EQ(guard.look(used(94)), disk_state::full);
  EXPECT_EQ(guard.look(used(92)), disk_state::filling);
  EXPECT_EQ(guard.look(used(94)), disk_state::filling);
  EXPECT_EQ(guard.look(used(77)), disk_state::fine);
  EXPECT_EQ(guard.look(used(99)), disk_state::full) << "at once";
  EXPECT_EQ(guard.look(used(10)), disk_state::fine);
}

TEST(disk_guard, takes_a_disk_without_room_for_a_full_one) {
  disk_guard guard{{}};
  EXPECT_EQ(guard.look({.used_bytes = 0, .free_bytes = 0}), disk_state::full);
}

TEST(disk_guard, never_stops_where_the_limit_is_out_of_reach) {
  disk_guard guard{{.alarm_percent = 80, .stop_percent = 101}};
  EXPECT_EQ(guard.look(used(100)), disk_state::filling);
}

} // namespace
} // namespace stentor::core
