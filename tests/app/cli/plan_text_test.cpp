/// What people read of a plan.
#include "app/cli/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using stentor::app::forecast_text;
using stentor::app::plan_text;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto answer =
    R"({"status":"sending","now":{"limitedBy":"quiet_hours","perSecond":0.0,"left":3000,
"leftOpen":0,"parts":[
 {"part":1,"country":"IN","timeZones":["Asia/Kolkata"],"left":1000,"open":false,"closedBy":"quiet_hours",
  "changesAt":"2026-12-03T03:30:00+00:00"},
 {"part":2,"country":"GB","timeZones":["Europe/London"],"left":2000,"open":true,"closedBy":null,
  "changesAt":null}]},
"forecast":{"firstMessage":"2026-12-03T03:30:00+00:00","finish":null,"people":2500,"left":500,
"binding":"numbers","days":[{"date":"2026-12-03","people":2500}],"secondsByLimit":{"numbers":60.0},
"without":{}}})";

TEST(preflight_text, says_whom_a_list_that_is_drawn_would_be_for) {
  using stentor::app::preflight_text;
  const auto exact = preflight_text(
      R"({"audience":{"people":1000,"exact":true,"sendable":900,"waiting":20,"screened":{"frequency":100}}})");
  EXPECT_THAT(exact, HasSubstr("customers now         1,000\n"));
  EXPECT_THAT(exact, HasSubstr("left out, frequency   100\n"));
  EXPECT_THAT(exact, HasSubstr("would get it          900\n"));
  EXPECT_THAT(exact, HasSubstr("of these later        20\n"));
  const auto guess = preflight_text(R"({"audience":{"people":9000000,"exact":false}})");
  EXPECT_THAT(guess, HasSubstr("about 9,000,000"));
  EXPECT_THAT(guess, Not(HasSubstr("would get it")));
  EXPECT_THAT(preflight_text(R"({"audience":{"people":null,"exact":null}})"),
              Not(HasSubstr("customers now")));
}

TEST(plan_text, says_what_limits_and_when_it_ends) {
  const auto text = plan_text(answer);
  EXPECT_THAT(text, HasSubstr("limited now by        quiet hours\n"));
  EXPECT_THAT(text, HasSubstr("IN  1,000       closed: quiet hours, until 2026-12-03"));
  EXPECT_THAT(text, HasSubstr("GB  2,000       open\n"));
  EXPECT_THAT(text, HasSubstr("not all can be sent: 500 are left over"));
  EXPECT_THAT(text, HasSubstr("time goes to          what its numbers may send"));
  EXPECT_THAT(text, HasSubstr("2026-12-03  2,500"));
}

TEST(plan_text, of_a_draft_without_a_list) {
  const auto text =
      plan_text(R"({"status":"draft","now":{"limitedBy":"start","parts":[]},"forecast":null})");
  EXPECT_THAT(text, HasSubstr("it has not been started"));
  EXPECT_THAT(text, HasSubstr("There is no list yet"));
  EXPECT_EQ(forecast_text("null"), "");
  EXPECT_THAT(plan_text("no json"), HasSubstr("There is no list yet"));
}

TEST(plan_text, shows_two_weeks_of_days) {
  std::string days;
  for (int day = 10; day < 30; ++day)
    days += (days.empty() ? "" : ",") + std::string{R"({"date":"2026-12-)"} + std::to_string(day) +
            R"(","people":7})";
  const auto text = forecast_text(
      R"({"firstMessage":null,"finish":null,"left":0,"binding":null,"days":[)" + days + "]}");
  EXPECT_THAT(text, HasSubstr("2026-12-23  7"));
  EXPECT_THAT(text, Not(HasSubstr("2026-12-24")));
  EXPECT_THAT(text, HasSubstr("and 6 days more"));
}

} // namespace
