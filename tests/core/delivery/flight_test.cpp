#include "stentor/core/delivery/flight.hpp"

#include <gtest/gtest.h>

using namespace stentor::core;

namespace {

departures left(std::initializer_list<std::int64_t> places) {
  std::vector<std::uint64_t> bits(2);
  for (const auto place : places)
    bits.at(static_cast<std::size_t>(place / 64)) |= std::uint64_t{1} << (place % 64);
  return departures{bits};
}

TEST(flights, know_who_may_have_left) {
  const auto seen = left({0, 65});
  EXPECT_TRUE(may_have_left(0, 70, &seen));
  EXPECT_FALSE(may_have_left(1, 70, &seen));
  EXPECT_TRUE(may_have_left(65, 70, &seen));
  EXPECT_FALSE(may_have_left(65, 65, &seen)) << "above the mark nobody has left";
  EXPECT_TRUE(may_have_left(64, 65, nullptr)) << "without bits the mark decides";
  EXPECT_FALSE(may_have_left(65, 65, nullptr));
}

TEST(flights, count_a_place_without_a_bit_of_its_own_as_left) {
  const auto seen = left({});
  EXPECT_FALSE(seen.contains(127));
  EXPECT_TRUE(seen.contains(128));
}

TEST(flights, doubt_what_the_mark_covers_where_nothing_else_is_known) {
  const auto all =
      land({11, 20}, 14, std::vector<marked_recipient>{{11, true}, {12}, {14}}, nullptr);
  EXPECT_EQ(all.in_doubt, (std::vector<recipient_seq>{12, 14}));
  EXPECT_EQ(all.unsent, (std::vector<seq_range>{{15, 20}}));
}

TEST(flights, free_whoever_has_no_bit) {
  const auto seen = left({0, 1, 4});
  const std::vector<marked_recipient> marked{{11, true}, {12}, {13}, {15}, {17}, {18}};
  const auto all = land({11, 20}, 18, marked, &seen);
  EXPECT_EQ(all.in_doubt, (std::vector<recipient_seq>{12, 15}));
  EXPECT_EQ(all.unsent, (std::vector<seq_range>{{13, 13}, {17, 20}}))
      << "what is unsent at the mark goes on above it";
}

/// Whoever claims a range sends to everybody in it.
TEST(flights, free_nobody_who_is_accounted_for) {
  const auto seen = left({});
  const std::vector<marked_recipient> marked{{1}, {2, true}, {3}, {5}, {6, true}};
  const auto all = land({1, 6}, 6, marked, &seen);
  EXPECT_TRUE(all.in_doubt.empty());
  EXPECT_EQ(all.unsent, (std::vector<seq_range>{{1, 1}, {3, 5}})) << "4 was screened out";
}

TEST(flights, end_with_nothing_when_everybody_is_known) {
  const auto all = land({1, 2}, 2, std::vector<marked_recipient>{{1, true}, {2, true}}, nullptr);
  EXPECT_TRUE(all.in_doubt.empty());
  EXPECT_TRUE(all.unsent.empty());
}

} // namespace
