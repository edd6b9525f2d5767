/// Stops are kept for two ages, and as long as somebody reads since before them.

#include "adapters/memory/recent_stops.hpp"

#include <gtest/gtest.h>

using stentor::app::recent_stops;

namespace {

class recent : public ::testing::Test {
protected:
  void SetUp() override {
    stops.learn(7, 1);
    stops.learn(8, 2);
  }
  recent_stops stops;
};

TEST_F(recent, knows_a_person_of_the_numbers_organization) {
  stops.add(1, 49);
  EXPECT_TRUE(stops.contains(7, 49));
  EXPECT_FALSE(stops.contains(8, 49)) << "another organization's number";
  EXPECT_FALSE(stops.contains(9, 49)) << "a number that nobody knows";
  stops.remove(1, 49);
  EXPECT_FALSE(stops.contains(7, 49));
}

TEST_F(recent, keeps_a_stop_that_is_newer_than_a_lift_from_elsewhere) {
  stops.add(1, 49);
  const auto before = stops.moment();
  stops.add(1, 50);
  stops.remove_until(1, 49, before);
  EXPECT_FALSE(stops.contains(7, 49));
  stops.remove_until(1, 50, before);
  EXPECT_TRUE(stops.contains(7, 50)) << "it came behind the look that told of the lift";
  stops.remove_until(1, 51, before);
}

TEST_F(recent, forgets_after_two_ages) {
  stops.add(1, 49);
  stops.age();
  EXPECT_TRUE(stops.contains(7, 49));
  stops.age();
  EXPECT_FALSE(stops.contains(7, 49));
}

TEST_F(recent, forgets_nothing_that_came_after_somebody_began_to_read) {
  const auto held_for_long = stops.reading();
  stops.add(1, 49);
  for (int i = 0; i < 50; ++i)
    stops.age();
  stops.add(1, 50);
  stops.age();
  stops.age();
  EXPECT_TRUE(stops.contains(7, 49));
  EXPECT_TRUE(stops.contains(7, 50)) << "it came in the meantime";
}

TEST_F(recent, forgets_when_the_last_reader_is_gone) {
  auto first = stops.reading();
  stops.add(1, 49);
  stops.age();
  auto second = stops.reading();
  stops.add(1, 50);
  for (int i = 0; i < 5; ++i)
    stops.age();
  first.reset();
  stops.age();
  EXPECT_TRUE(stops.contains(7, 49)) << "the second began before it was surely written";
  EXPECT_TRUE(stops.contains(7, 50));
  second.reset();
  stops.age();
  EXPECT_FALSE(stops.contains(7, 49));
  EXPECT_FALSE(stops.contains(7, 50));
}

} // namespace
