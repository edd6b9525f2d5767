/// Shares of a number, as tables.
#include "stentor/core/delivery/pacing/share.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace stentor::core {

namespace {

using namespace std::chrono_literals;

TEST(share, is_equal_unless_somebody_needs_less) {
  struct row {
    const char* what;
    double per_second;
    std::vector<double> own_limits;
    std::vector<double> wanted;
  };
  const row rows[] = {
      {"nobody", 80, {}, {}},
      {"one", 80, {0}, {80}},
      {"two", 80, {0, 0}, {40, 40}},
      {"a slow one leaves the rest", 80, {0, 1}, {79, 1}},
      {"in any order", 80, {1, 0}, {1, 79}},
      {"two slow ones", 80, {10, 0, 20}, {10, 50, 20}},
      {"a limit above the share is none", 80, {70, 0}, {40, 40}},
      {"a limit above the number's", 80, {500}, {80}},
      {"all below", 80, {5, 6}, {5, 6}},
  };
  for (const auto& r : rows) {
    const auto rates = divide(r.per_second, r.own_limits);
    ASSERT_EQ(rates.size(), r.wanted.size()) << r.what;
    for (std::size_t i = 0; i < rates.size(); ++i)
      EXPECT_DOUBLE_EQ(rates[i], r.wanted[i]) << r.what << ", " << i;
    EXPECT_LE(std::accumulate(rates.begin(), rates.end(), 0.0), r.per_second + 1e-9) << r.what;
  }
}

TEST(share, a_slice_is_what_goes_in_one_interval) {
  EXPECT_EQ(slice_size(80, 100ms), 8U);
  EXPECT_EQ(slice_size(80, 20ms), 4U) << "a few share a mark, also of a slow number";
  EXPECT_EQ(slice_size(20, 20ms), 2U) << "but not for longer than five times as long";
  EXPECT_EQ(slice_size(1'000, 20ms), 20U);
  EXPECT_EQ(slice_size(0.5, 100ms), 1U) << "never nothing";
  EXPECT_EQ(slice_size(0, 100ms), 1U);
  EXPECT_EQ(slice_size(100'000, 100ms), 1'000U) << "never more than one mark should cover";
}

TEST(share, a_window_covers_the_answers_that_are_awaited) {
  EXPECT_EQ(window_of(80, 0), 20);
  EXPECT_EQ(window_of(80, 1), 180);
  EXPECT_EQ(window_of(80, 5), 820);
  EXPECT_EQ(window_of(80, 60), 820) << "a number that hangs gets no more";
  EXPECT_EQ(window_of(0.1, 0), 2);
}

TEST(mark_interval, is_longer_with_many_numbers) {
  EXPECT_EQ(mark_interval(20ms, 0), 20ms);
  EXPECT_EQ(mark_interval(20ms, 20), 20ms);
  EXPECT_EQ(mark_interval(20ms, 50), 50ms);
  EXPECT_EQ(mark_interval(20ms, 5'000), 100ms);
  EXPECT_EQ(mark_interval(500ms, 5'000), 500ms) << "somebody wants it so";
}

TEST(mark_lead, grows_when_the_queue_runs_dry_and_shrinks_slowly) {
  mark_lead lead;
  EXPECT_EQ(lead.slices(), 2) << "one leaves while the next is marked";
  for (int i = 0; i < 3; ++i)
    lead.slice_left(true);
  EXPECT_EQ(lead.slices(), 5);
  for (int i = 0; i < 249; ++i)
    lead.slice_left(false);
  EXPECT_EQ(lead.slices(), 5);
  lead.slice_left(false);
  EXPECT_EQ(lead.slices(), 4);
  for (int i = 0; i < 10'000; ++i)
    lead.slice_left(false);
  EXPECT_EQ(lead.slices(), 2);
  for (int i = 0; i < 100; ++i)
    lead.slice_left(true);
  EXPECT_EQ(lead.slices(), 12) << "a database that stands still gets no more";
}

} // namespace

TEST(parts, add_up_to_the_whole_and_are_as_even_as_whole_numbers_can_be) {
  for (const auto whole : {1, 7, 60, 999}) {
    for (std::size_t places = 1; places <= 12; ++places) {
      std::int32_t sum = 0;
      for (std::size_t place = 0; place < places; ++place) {
        const auto part = part_of(whole, place, places);
        EXPECT_LE(std::abs(part - whole / static_cast<std::int32_t>(places)), 1);
        sum += part;
      }
      EXPECT_EQ(sum, whole);
    }
  }
}

} // namespace stentor::core
