/// What a segment query may say.

#include "stentor/core/audience/segment.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::core {
namespace {

using kind = json_value::kind;

json_value text(std::string t) {
  return {kind::text, std::move(t), {}, {}};
}
json_value number(std::string t) {
  return {kind::number, std::move(t), {}, {}};
}
json_value yes() {
  return {kind::boolean, "true", {}, {}};
}
json_value list(std::vector<json_value> items) {
  return {kind::list, "", std::move(items), {}};
}
json_value object(std::vector<json_member> members) {
  return {kind::object, "", {}, std::move(members)};
}
json_value condition(std::string field, std::string name, json_value value) {
  return object({{"field", text(std::move(field))},
                 {"operator", text(std::move(name))},
                 {"value", std::move(value)}});
}
json_value group(std::vector<json_value> conditions, const std::string& logic = "AND") {
  return object({{"conditions", list(std::move(conditions))}, {"logic", text(logic)}});
}
std::string problem_of(const json_value& query) {
  const auto r = read_segment(query);
  return r.ok() ? "" : r.error().message;
}

TEST(segments, are_trees_of_conditions) {
  const auto r =
      read_segment(group({condition("a.b", "gte", number("5")),
                          group({condition("c", "in", list({text("x"), number("1"), yes()})),
                                 condition("d", "exists", {})},
                                "or")}));
  ASSERT_TRUE(r.ok()) << r.error().message;
  EXPECT_FALSE(r->any);
  ASSERT_EQ(r->parts.size(), 2U);
  EXPECT_EQ(r->parts[0].field, "a.b");
  EXPECT_EQ(r->parts[0].comparison, segment_operator::gte);
  EXPECT_EQ(r->parts[0].values.at(0).text, "5");
  EXPECT_TRUE(r->parts[1].any);
  EXPECT_EQ(r->parts[1].parts.at(0).values.size(), 3U);
  EXPECT_TRUE(r->parts[1].parts.at(1).values.empty());
}

TEST(segments, name_each_problem_once_behind_its_path) {
  EXPECT_EQ(problem_of({}), "segmentQuery: expected an object with a list \"conditions\" of at "
                            "least one condition");
  EXPECT_EQ(problem_of(group({condition("a", "eq", text("x"))}, "XOR")),
            "segmentQuery.logic: expected AND or OR");
  EXPECT_EQ(
      problem_of(group({condition("a", "like", text("x")), condition("", "eq", text("x")),
                        condition("a", "gt", yes()), condition("a", "contains", number("1")),
                        condition("a", "in", list({})), condition("a", "in", list({json_value{}})),
                        condition("a", "eq", json_value{})})),
      "segmentQuery.conditions[0].operator: expected one of eq, ne, gt, gte, lt, lte, "
      "contains, in, exists; "
      "segmentQuery.conditions[1].field: expected the name of an attribute, such as "
      "\"saleDetails.destination\"; "
      "segmentQuery.conditions[2].value: expected a text or a number; "
      "segmentQuery.conditions[3].value: expected a text; "
      "segmentQuery.conditions[4].value: expected a list of values; "
      "segmentQuery.conditions[5].value: expected texts or numbers, or true or false; "
      "segmentQuery.conditions[6].value: expected a text or a number, or true or false");
}

TEST(segments, have_limits) {
  const std::vector<json_value> many(segment_values_max, number("1"));
  EXPECT_EQ(problem_of(group({condition("a", "in", list(many))})), "");
  auto more = many;
  more.push_back(number("1"));
  EXPECT_EQ(problem_of(group({condition("a", "in", list(more))})),
            "segmentQuery.conditions[0].value: holds more than 10000 values");
  auto deep = group({condition("a", "eq", text("x"))});
  for (int depth = 1; depth < segment_depth_max; ++depth)
    deep = group({deep});
  EXPECT_EQ(problem_of(deep), "");
  EXPECT_NE(problem_of(group({deep})).find("nested too deeply"), std::string::npos);
  EXPECT_NE(problem_of(group(std::vector<json_value>(101, condition("a", "eq", text("x")))))
                .find("more than 100 conditions"),
            std::string::npos);
}

} // namespace
} // namespace stentor::core
