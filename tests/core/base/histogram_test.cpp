/// Buckets of durations: exact where they are small, within their width where they are large.

#include "stentor/core/base/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>

using stentor::core::histogram;

TEST(histogram, of_nothing_has_no_quantiles) {
  const histogram<7> h;
  EXPECT_EQ(h.quantile(0.5), 0U);
  EXPECT_EQ(h.total(), 0U);
}

TEST(histogram, knows_a_value_to_the_width_of_its_bucket) {
  for (std::uint64_t value = 1; value < (1ULL << 34U); value = value * 3 + 1) {
    histogram<7> fine;
    fine.add(value);
    EXPECT_GE(fine.quantile(0.5), value);
    EXPECT_LE(static_cast<double>(fine.quantile(0.5)), static_cast<double>(value) * 1.008 + 1);
    histogram<4> coarse;
    coarse.add(value);
    EXPECT_LE(static_cast<double>(coarse.quantile(0.5)), static_cast<double>(value) * 1.063 + 1);
    EXPECT_EQ(coarse.largest(), value);
  }
}

TEST(histogram, finds_quantiles_of_evenly_spread_values) {
  histogram<7> h;
  for (std::uint64_t value = 0; value < 100'000; ++value)
    h.add(value);
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999})
    EXPECT_NEAR(static_cast<double>(h.quantile(share)), share * 100'000, share * 800 + 1) << share;
  EXPECT_GE(h.quantile(1), 99'999U);
}

TEST(histogram, adds_up_and_forgets) {
  histogram<4> a, b;
  a.add(10, 9);
  b.add(1'000);
  a.add(b);
  EXPECT_EQ(a.total(), 10U);
  EXPECT_EQ(a.quantile(0.5), 11U);
  EXPECT_GE(a.quantile(0.95), 1'000U);
  a.clear();
  EXPECT_EQ(a.total(), 0U);
}

TEST(histogram, takes_what_is_too_large_as_the_most) {
  histogram<4> h;
  h.add(~0ULL);
  EXPECT_GT(h.quantile(0.5), 1ULL << 34U);
}
