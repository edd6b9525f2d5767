/// What conditions may say, and what is said of those that don't.
#include "stentor/core/audience/condition.hpp"

#include "tests/core/audience/json_of.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::core {
namespace {

using testing::json_of;

const condition_names names{{"saleDetails", "cart.abandoned", "order"},
                            {{"spent", {value_type::number, false}},
                             {"born", {value_type::time, false}},
                             {"passport", {value_type::text, true}},
                             {"order", {value_type::text, false}}}};

std::string problems_of(std::string_view query) {
  return text_of(read_condition(json_of(query), names).problems, "query");
}
/// Of a query of one leaf.
std::string problem_of(std::string leaf) {
  return problems_of("{\"conditions\":[" + std::move(leaf) + "]}");
}
condition tree_of(std::string_view query) {
  auto r = read_condition(json_of(query), names);
  EXPECT_EQ(text_of(r.problems, ""), "") << query;
  return std::move(r.tree);
}
/// The first leaf of a query.
template <class Leaf>
Leaf leaf_of(std::string leaf) {
  const auto tree = tree_of("{\"conditions\":[" + std::move(leaf) + "]}");
  return std::get<Leaf>(std::get<condition_group>(tree.is).parts.at(0).is);
}

TEST(conditions, are_trees_of_groups_and_leaves) {
  const auto tree = tree_of(R"({"logic":"or","conditions":[
    {"field":"a.b","operator":"gte","value":5},
    {"logic":"NOT","conditions":[{"field":"c","operator":"in","value":["x",1,true]}]}]})");
  const auto& group = std::get<condition_group>(tree.is);
  EXPECT_EQ(group.logic, group_logic::any);
  const auto& first = std::get<field_test>(group.parts.at(0).is);
  EXPECT_EQ(first.path, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(first.how, comparison::gte);
  const auto& second = std::get<condition_group>(group.parts.at(1).is);
  EXPECT_EQ(second.logic, group_logic::none);
  EXPECT_EQ(std::get<field_test>(second.parts.at(0).is).values.size(), 3U);
}

TEST(conditions, of_the_seed_are_about_one_sale) {
  const auto tree = tree_of(R"({"conditions":[
    {"field":"saleDetails.destination","operator":"contains","value":"Bali"},
    {"field":"saleDetails.createdAt","operator":"gte","value":"2024-01-01"}],"logic":"AND"})");
  const auto parts = correlated(std::get<condition_group>(tree.is).parts);
  EXPECT_TRUE(parts.document.empty());
  EXPECT_TRUE(parts.others.empty());
  ASSERT_EQ(parts.events.count("saleDetails"), 1U);
  EXPECT_EQ(parts.events.at("saleDetails").size(), 2U);
}

TEST(conditions, know_whose_a_name_is) {
  EXPECT_EQ(leaf_of<field_test>(R"({"field":"saleDetails.x","operator":"exists"})").event,
            "saleDetails");
  EXPECT_EQ(leaf_of<field_test>(R"({"field":"attributes.saleDetails.x","operator":"exists"})").of,
            subject::attribute);
  EXPECT_EQ(leaf_of<field_test>(R"({"field":"order.x","operator":"exists"})").of,
            subject::attribute)
      << "what was made known as an attribute is one";
  const auto dotted =
      leaf_of<field_test>(R"({"field":"cart.abandoned.value","operator":"gt","value":5})");
  EXPECT_EQ(dotted.event, "cart.abandoned");
  EXPECT_EQ(dotted.of, subject::event_value);
  EXPECT_EQ(
      leaf_of<field_test>(R"({"field":"phoneNumber","operator":"eq","value":"+551187654321"})")
          .values.at(0)
          .index(),
      0U);
}

TEST(conditions, say_what_was_expected_instead) {
  EXPECT_EQ(problem_of(R"({"field":"spent","operator":"gte","value":[5]})"),
            "query.conditions[0].value: expected a number to compare with, not a list");
  EXPECT_EQ(problem_of(R"({"field":"spent","operator":"eq","value":"5"})"),
            "query.conditions[0].value: expected a number to compare with, not a text");
  EXPECT_EQ(problem_of(R"({"field":"other","operator":"lt","value":true})"),
            "query.conditions[0].value: expected a number or a text to compare with, not true or "
            "false");
  EXPECT_EQ(problem_of(R"({"field":"other","operator":"in","value":[[1],2]})"),
            "query.conditions[0].value[0]: expected a number, a text, or true or false to compare "
            "with, not a list");
  EXPECT_EQ(problem_of(R"({"field":"other","operator":"in","value":[]})"),
            "query.conditions[0].value: expected a list of values, not an empty one");
  EXPECT_EQ(problem_of(R"({"field":"createdAt","operator":"gt","value":"yesterday"})"),
            "query.conditions[0].value: expected a time to compare with, such as \"2026-11-28\", "
            "\"2026-11-28T10:00:00Z\" or \"now-30d\"");
  EXPECT_EQ(problem_of(R"({"field":"other","operator":"gt","value":"now-30x"})"),
            "query.conditions[0].value: is no time relative to now: expected a form such as "
            "\"now-30d\", \"now-1M/M\" or \"now+7d/d\"");
  EXPECT_EQ(problem_of(R"({"field":"createdAt","operator":"contains","value":"2"})"),
            "query.conditions[0].operator: expected one of eq, ne, gt, gte, lt, lte, between, "
            "exists, notExists, anniversary, within, notWithin");
  EXPECT_EQ(problem_of(R"({"field":"other","operator":"between","value":[1,"x"]})"),
            "query.conditions[0].value: expected two numbers or two texts, not one of each");
  EXPECT_EQ(
      problem_of(R"({"field":"passport","operator":"exists"})"),
      "query.conditions[0].field: is sensitive: it lies sealed, and nobody can search for it");
  EXPECT_EQ(problem_of(R"({"field":"campaign.name","operator":"eq","value":"x"})"),
            "query.conditions[0].field: is a fact of rules and journeys, which no segment can ask; "
            "an attribute of this name is \"attributes.campaign.name\"");
  EXPECT_EQ(problem_of(R"({"field":"a..b","operator":"exists"})"),
            "query.conditions[0].field: has an empty part: names stand between single dots");
  EXPECT_EQ(problem_of(R"({"field":"phoneNumber","operator":"eq","value":"0151"})"),
            "query.conditions[0].value: expected an international number such as +4915112345678");
  EXPECT_EQ(problem_of(R"({"field":"a","operator":"gt","value":1e301})"),
            "query.conditions[0].value: expected a number of at most 60 digits, below 1e300");
}

TEST(conditions, refuse_what_they_do_not_know) {
  EXPECT_EQ(problem_of(R"({"field":"a","operator":"eq","value":1,"values":2})"),
            "query.conditions[0].values: is not known here");
  EXPECT_EQ(problem_of(R"({"field":"a","field":"b","operator":"exists"})"),
            "query.conditions[0].field: stands there twice");
  EXPECT_EQ(problems_of(R"({"conditions":[{"field":"a","operator":"exists"}],"size":3})"),
            "query.size: is not known here");
  EXPECT_EQ(problems_of(R"({"conditions":[{"field":"a","operator":"exists"}],"logic":"XOR"})"),
            "query.logic: expected AND, OR or NOT");
  EXPECT_EQ(problem_of("5"), "query.conditions[0]: expected a condition, an object with field, "
                             "operator and value, not a number");
  for (const char* nothing : {"[]", "5", R"({"conditions":{}})", R"({"conditions":[]})"})
    EXPECT_EQ(problems_of(nothing),
              "query: expected an object with a list \"conditions\" of at least one condition");
}

TEST(conditions, count_events) {
  const auto sales = leaf_of<event_total>(
      R"({"field":"saleDetails","operator":"sum","of":"value","value":{"gte":50000,"lt":90000},
          "within":"30d","where":{"conditions":[{"field":"destination","operator":"eq","value":"Bali"}]}})");
  EXPECT_EQ(sales.what, total::sum);
  EXPECT_EQ(sales.amounts.size(), 2U);
  EXPECT_EQ(sales.within, (calendar_span{30, time_unit::day}));
  ASSERT_EQ(sales.where.size(), 1U);
  EXPECT_EQ(leaf_of<event_total>(R"({"field":"saleDetails","operator":"exists"})").what,
            total::count);
  EXPECT_EQ(problem_of(R"({"field":"saleDetails","operator":"count","value":2})"),
            "query.conditions[0].value: expected an object such as {\"gte\": 2}, not a number");
  EXPECT_EQ(problem_of(R"({"field":"saleDetails","operator":"count","value":{"gte":"2"}})"),
            "query.conditions[0].value.gte: expected a number to compare with, not a text");
  EXPECT_EQ(problem_of(R"({"field":"saleDetails","operator":"sum","of":"at","value":{"gte":2}})"),
            "query.conditions[0].of: expected a field that holds numbers");
  EXPECT_EQ(problem_of(R"({"field":"saleDetails","operator":"eq","value":2})"),
            "query.conditions[0].operator: expected exists, notExists, count, sum, avg, first or "
            "last for the event \"saleDetails\", or a field of it such as \"saleDetails.at\"");
  EXPECT_EQ(
      problem_of(
          R"({"field":"saleDetails","operator":"count","value":{"gte":2},"where":{"conditions":[{"field":"x","operator":"count"}]}})"),
      "query.conditions[0].where.conditions[0].operator: expected one of eq, ne, gt, gte, lt, lte, "
      "between, in, notIn, contains, notContains, startsWith, endsWith, exists, notExists, "
      "anniversary, within, notWithin");
}

TEST(conditions, ask_what_people_did_and_are) {
  const auto replied = leaf_of<behaviour_test>(
      R"({"field":"messages.replied","operator":"exists","campaign":"6F2C9E10-81c2-42be-a76f-7cab3247239c"})");
  EXPECT_EQ(replied.whose.id, "6f2c9e10-81c2-42be-a76f-7cab3247239c");
  EXPECT_TRUE(
      leaf_of<behaviour_test>(
          R"({"field":"messages.read","operator":"notExists","campaign":"any","within":"7d"})")
          .negated);
  EXPECT_EQ(problem_of(R"({"field":"messages.clicked","operator":"exists"})"),
            "query.conditions[0].field: is not recorded yet: expected messages.received, "
            ".delivered, .read, .replied or .failed");
  EXPECT_EQ(problem_of(R"({"field":"messages.read","operator":"exists","campaign":"spring"})"),
            "query.conditions[0].campaign: expected a campaign's id, \"any\", {\"tag\": …} or "
            "{\"template\": …}");
  EXPECT_EQ(leaf_of<consent_test>(R"({"field":"consent.marketing","operator":"granted"})").states,
            std::vector{consent_state::granted});
  EXPECT_EQ(leaf_of<consent_test>(
                R"({"field":"consent.marketing","operator":"notIn","value":["granted","assumed"]})")
                .states.size(),
            2U);
  EXPECT_EQ(problem_of(R"({"field":"consent.news","operator":"granted"})"),
            "query.conditions[0].field: expected consent.marketing, the one topic so far");
  const auto tree = tree_of(
      R"({"conditions":[{"logic":"NOT","conditions":[{"field":"segment","operator":"in",
          "value":["6f2c9e10-81c2-42be-a76f-7cab3247239c"]}]}]})");
  EXPECT_EQ(segments_named(tree), std::vector<std::string>{"6f2c9e10-81c2-42be-a76f-7cab3247239c"});
  EXPECT_EQ(problem_of(R"({"field":"segment","operator":"in","value":["x"]})"),
            "query.conditions[0].value[0]: expected the id of a saved segment, a UUID");
}

TEST(conditions, have_limits) {
  const auto list = [](std::size_t n) {
    std::string values = "[1";
    for (std::size_t i = 1; i < n; ++i)
      values += ",1";
    return values + "]";
  };
  const auto of = [&](std::size_t n) {
    return R"({"field":"a.b","operator":"in","value":)" + list(n) + "}";
  };
  EXPECT_EQ(problem_of(of(condition_limits::values_max)), "");
  EXPECT_EQ(problem_of(of(condition_limits::values_max + 1)),
            "query.conditions[0].value: holds more than 10000 values");
  EXPECT_EQ(problem_of(of(101) + R"(,{"field":"a.c","operator":"eq","value":1})"),
            "query.conditions[0].value: holds more than 100 values, and other conditions of this "
            "group are about the same list; put it into a group of its own");
  std::string deep = R"({"conditions":[{"field":"a","operator":"exists"}]})";
  for (int depth = 1; depth < condition_limits::depth_max; ++depth)
    deep = "{\"conditions\":[" + deep + "]}";
  EXPECT_EQ(problems_of(deep), "");
  EXPECT_NE(problem_of(deep).find("is nested too deeply"), std::string::npos);
  std::string many = R"({"field":"a","operator":"exists"})";
  for (int i = 1; i < condition_limits::leaves_max; ++i)
    many += R"(,{"field":"a","operator":"exists"})";
  EXPECT_EQ(problem_of(many), "");
  EXPECT_EQ(problem_of(many + R"(,{"field":"a","operator":"exists"},5)"),
            "query.conditions[200]: is one too many: a query has at most 200 conditions");
  EXPECT_EQ(
      problem_of(R"({"field":"a","operator":"eq","value":")" + std::string(1'001, 'x') + "\"}"),
      "query.conditions[0].value: is longer than 1000 bytes");
}

} // namespace
} // namespace stentor::core
