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
  for (const auto* json : {"{}", R"({"spread":{"over":"6h"}})",
                           R"({"spread":{"until":"2026-12-01T18:00:00+00:00"}})"}) {
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
