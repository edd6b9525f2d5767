/// Quiet hours as text, both ways.
#include "stentor/core/campaign/policy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace stentor::core;

TEST(policy, reads_spans_and_writes_them_back) {
  for (const auto* text : {"21:00-09:00", "00:00-24:00", "sun", "sat,sun 18:00-24:00", "12-25",
                           "12-24,12-31 14:00-24:00", "mon 00:00-09:00", "02-29"}) {
    const auto span = quiet_span_from(text);
    ASSERT_TRUE(span) << text;
    EXPECT_EQ(to_text(*span), text);
    EXPECT_EQ(quiet_span_from(to_text(*span)), span) << text;
  }
}

TEST(policy, refuses_what_is_no_span) {
  for (const auto* text :
       {"", " ", "21:00", "21-09", "9:00-21:00", "21:00-21:00", "24:00-09:00", "sun,", "sunday",
        "sun,12-25", "13-01", "12-32", "sun 21:00", "21:00-09:00 sun", "sun  21:00-22:00"})
    EXPECT_FALSE(quiet_span_from(text)) << text;
}

TEST(policy, a_country_may_have_hours_of_its_own_or_none) {
  policy p;
  p.quiet_hours_of["IN"] = {};
  p.quiet_hours_of["FR"] = {{{7}, {}, 0, 0}};
  EXPECT_TRUE(p.quiet_hours_in("IN").empty());
  EXPECT_EQ(p.quiet_hours_in("FR").size(), 1U);
  EXPECT_EQ(p.quiet_hours_in("DE"), p.quiet_hours);
}

} // namespace
