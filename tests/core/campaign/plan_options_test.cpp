/// The draft's plan, as people write it.
#include "stentor/core/campaign/plan_options.hpp"

#include "tests/core/audience/json_of.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using namespace stentor::core;

plan_options read(const char* json, std::vector<draft_problem>& problems) {
  return read_plan_options(stentor::core::testing::json_of(json), problems);
}

std::vector<draft_problem> problems_in(const char* json) {
  std::vector<draft_problem> problems;
  (void)read(json, problems);
  return problems;
}

TEST(plan_options, reads_back_what_it_writes) {
  for (const auto* json :
       {"{}", R"({"spread":{"over":"6h"}})", R"({"spread":{"until":"2026-12-01T18:00:00+00:00"}})",
        R"({"canary":{"onUnsure":"ask"}})",
        R"({"canary":{"onUnsure":"open","people":1000,"settle":"30m",)"
        R"("gates":[{"gate":"failed","max":0.1},{"gate":"read","min":0.25}]}})",
        R"({"gates":[]})", R"({"gates":[{"gate":"optedOut","max":1}]})",
        R"({"audienceAt":"start"})", R"({"audienceAt":"launch","maxRecipients":50000})",
        R"({"onCap":"wait"})", R"({"onCap":"skip"})"}) {
    std::vector<draft_problem> problems;
    const auto plan = read(json, problems);
    EXPECT_TRUE(problems.empty()) << json;
    EXPECT_EQ(to_json(plan), json);
    EXPECT_EQ(plan.is_empty(), std::string_view{json} == "{}");
  }
}

TEST(plan_options, tells_what_is_wrong_with_its_path) {
  struct row {
    const char* json;
    const char* path;
  };
  for (const auto& [json, path] : {
           row{R"([])", "plan"},
           row{R"("soon")", "plan"},
           row{R"({"speed":1})", "plan.speed"},
           row{R"({"spread":5})", "plan.spread"},
           row{R"({"spread":{}})", "plan.spread"},
           row{R"({"spread":{"over":"6h","until":"2026-12-01T18:00:00Z"}})", "plan.spread"},
           row{R"({"spread":{"over":"1s"}})", "plan.spread.over"},
           row{R"({"spread":{"over":"31d"}})", "plan.spread.over"},
           row{R"({"spread":{"over":"-6h"}})", "plan.spread.over"},
           row{R"({"spread":{"over":6}})", "plan.spread.over"},
           row{R"({"spread":{"over":"99999999999999999999h"}})", "plan.spread.over"},
           row{R"({"spread":{"until":"tomorrow"}})", "plan.spread.until"},
           row{R"({"spread":{"until":"2026-12-01T18:00:00"}})", "plan.spread.until"},
           row{R"({"spread":{"over":"6h","by":"people"}})", "plan.spread.by"},
           row{R"({"audienceAt":"click"})", "plan.audienceAt"},
           row{R"({"audienceAt":1})", "plan.audienceAt"},
           row{R"({"onCap":"send"})", "plan.onCap"},
           row{R"({"maxRecipients":0})", "plan.maxRecipients"},
           row{R"({"maxRecipients":2147483648})", "plan.maxRecipients"},
           row{R"({"maxRecipients":"1000"})", "plan.maxRecipients"},
           row{R"({"canary":true})", "plan.canary"},
           row{R"({"canary":{"people":0}})", "plan.canary.people"},
           row{R"({"canary":{"people":1.5}})", "plan.canary.people"},
           row{R"({"canary":{"settle":"0s"}})", "plan.canary.settle"},
           row{R"({"canary":{"settle":"8d"}})", "plan.canary.settle"},
           row{R"({"canary":{"onUnsure":"guess"}})", "plan.canary.onUnsure"},
           row{R"({"canary":{"gates":[]}})", "plan.canary.gates"},
           row{R"({"canary":{"gates":["failed"]}})", "plan.canary.gates[0]"},
           row{R"({"gates":{"failed":0.1}})", "plan.gates"},
           row{R"({"gates":[{"gate":"clicked","max":0.1}]})", "plan.gates[0].gate"},
           row{R"({"gates":[{"gate":"failed"}]})", "plan.gates[0]"},
           row{R"({"gates":[{"max":0.1}]})", "plan.gates[0]"},
           row{R"({"gates":[{"gate":"failed","max":1.1}]})", "plan.gates[0].max"},
           row{R"({"gates":[{"gate":"failed","max":"10 %"}]})", "plan.gates[0].max"},
           row{R"({"gates":[{"gate":"failed","min":0.1}]})", "plan.gates[0].min"},
           row{R"({"gates":[{"gate":"read","max":0.1}]})", "plan.gates[0].max"},
           row{R"({"gates":[{"gate":"failed","max":0.1},{"gate":"failed","max":0.2}]})",
               "plan.gates[1]"},
       }) {
    const auto problems = problems_in(json);
    ASSERT_EQ(problems.size(), 1U) << json;
    EXPECT_EQ(problems[0].path, path) << json;
  }
}

TEST(plan_options, tells_all_at_once) {
  EXPECT_EQ(problems_in(R"({"a":1,"spread":{"over":1,"until":2,"b":3}})").size(), 4U);
}

TEST(plan_options, takes_null_for_absent) {
  std::vector<draft_problem> problems;
  EXPECT_TRUE(read(R"({"spread":null})", problems).is_empty());
  EXPECT_TRUE(problems.empty());
}

} // namespace
