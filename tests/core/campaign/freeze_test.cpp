/// How long before its start a list is drawn.
#include "stentor/core/campaign/freeze.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using stentor::core::freeze_lead;

TEST(freeze_lead, is_a_minute_and_grows_with_the_people) {
  EXPECT_EQ(freeze_lead(0), 60s);
  EXPECT_EQ(freeze_lead(1'500'000), 60s);
  EXPECT_EQ(freeze_lead(1'525'000), 61s);
  EXPECT_EQ(freeze_lead(10'000'000), 400s);
  EXPECT_EQ(freeze_lead(2'000'000'000), 3'600s) << "whoever is behind that starts late";
  EXPECT_EQ(freeze_lead(-1), 60s);
}

} // namespace
