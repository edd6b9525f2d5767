/// Whom conditions hold for: the rules that people rely on, one by one. The property test of the
/// SQL asks the rest.
#include "stentor/core/audience/condition_eval.hpp"

#include "stentor/core/base/rfc3339.hpp"
#include "tests/core/audience/json_of.hpp"

#include <gtest/gtest.h>

namespace stentor::core {
namespace {

using testing::json_of;

class condition_meaning : public ::testing::Test {
protected:
  static wall_time at(std::string_view text) { return wall_time_from(text).value(); }

  void SetUp() override {
    ann.name = "Ann ÄRGER";
    ann.created_at = at("2026-11-27T22:30:00Z");
    ann.attributes = json_of(R"({"spent":900,"trips":[{"to":"Bali","year":2023},
      {"to":"Oslo","year":2025}],"interests":["beach","ski"],"born":"1990-11-28"})");
    sell("s1", "2026-11-20T10:00:00Z", R"({"destination":"Bali Premium","nights":5})", 45'000);
    sell("s2", "2026-09-01T10:00:00Z", R"({"destination":"Oslo","nights":"two"})", 5'000);
  }

  void sell(std::string source, std::string_view when, std::string_view properties,
            std::int64_t value) {
    ann.events.push_back(
        {"sale", at(when), value * 1'000'000, "INR", json_of(properties), std::move(source)});
  }

  /// Of a list of leaves and groups under one AND.
  bool is(const std::string& leaves, const condition_segments& segments = {}) {
    const auto r = read_condition(json_of("{\"conditions\":[" + leaves + "]}"), {{"sale"}, {}});
    EXPECT_EQ(text_of(r.problems, "query"), "") << leaves;
    return holds(r.tree, ann, clock, segments);
  }

  person_facts ann;
  zone_clock clock{at("2026-11-28T02:40:00Z"), [](wall_time) { return std::chrono::hours{1}; }};
};

TEST_F(condition_meaning, leaves_of_one_list_hold_for_one_element) {
  const std::string bali = R"({"field":"trips.to","operator":"eq","value":"Bali"})";
  const std::string late = R"({"field":"trips.year","operator":"gte","value":2024})";
  EXPECT_TRUE(is(bali));
  EXPECT_TRUE(is(late));
  EXPECT_FALSE(is(bali + "," + late)) << "no trip to Bali was that late";
  EXPECT_TRUE(is(bali + ",{\"conditions\":[" + late + "]}")) << "a group of its own frees it";
  EXPECT_TRUE(is(R"({"logic":"OR","conditions":[)" + bali + "," + late + "]}"));
}

TEST_F(condition_meaning, leaves_of_one_event_hold_for_one_event) {
  const std::string oslo = R"({"field":"sale.destination","operator":"contains","value":"osl"})";
  const std::string lately = R"({"field":"sale.createdAt","operator":"gte","value":"now-30d"})";
  EXPECT_TRUE(is(oslo));
  EXPECT_FALSE(is(oslo + "," + lately));
  EXPECT_TRUE(is(R"({"field":"sale.destination","operator":"contains","value":"BALI"},)" + lately));
  EXPECT_FALSE(is(R"({"field":"sale.destination","operator":"ne","value":"Oslo"})"))
      << "the exact negation: no sale to Oslo at all";
}

TEST_F(condition_meaning, another_type_is_no_match) {
  EXPECT_FALSE(is(R"({"field":"spent","operator":"eq","value":"900"})"));
  EXPECT_TRUE(is(R"({"field":"spent","operator":"ne","value":"900"})"));
  EXPECT_TRUE(is(R"({"field":"spent","operator":"eq","value":9.0e2})"));
  EXPECT_FALSE(is(R"({"field":"nothing","operator":"lt","value":5})"));
  EXPECT_TRUE(is(R"({"field":"nothing","operator":"notContains","value":"x"})"));
}

TEST_F(condition_meaning, case_is_no_matter_where_people_search) {
  EXPECT_TRUE(is(R"({"field":"name","operator":"contains","value":"ärg"})"));
  EXPECT_TRUE(is(R"({"field":"name","operator":"endsWith","value":"ger"})"));
  EXPECT_FALSE(is(R"({"field":"name","operator":"startsWith","value":"nn"})"));
  EXPECT_FALSE(is(R"({"field":"name","operator":"eq","value":"ann ärger"})"));
}

TEST_F(condition_meaning, days_are_those_of_the_zone) {
  EXPECT_TRUE(is(R"({"field":"createdAt","operator":"lt","value":"now/d"})"));
  EXPECT_TRUE(is(R"({"field":"createdAt","operator":"gte","value":"2026-11-27"})"));
  EXPECT_TRUE(is(R"({"field":"createdAt","operator":"anniversary","value":"2025-11-27"})"));
  EXPECT_TRUE(is(R"({"field":"born","operator":"anniversary","value":"now"})"));
  EXPECT_FALSE(is(R"({"field":"born","operator":"anniversary","value":"now+1d"})"));
}

TEST_F(condition_meaning, totals_count_what_is_a_number) {
  EXPECT_TRUE(is(R"({"field":"sale","operator":"count","value":{"eq":2}})"));
  EXPECT_TRUE(is(R"({"field":"sale","operator":"count","value":{"eq":1},"within":"30d"})"));
  EXPECT_TRUE(is(R"({"field":"sale","operator":"sum","value":{"gte":50000,"lt":50000.01}})"));
  EXPECT_TRUE(is(R"({"field":"sale","operator":"avg","of":"nights","value":{"eq":5}})"))
      << "\"two\" is no number";
  EXPECT_TRUE(
      is(R"({"field":"sale","operator":"last","of":"destination","value":{"eq":"Bali Premium"}})"));
  EXPECT_TRUE(is(R"({"field":"sale","operator":"first","value":{"lt":"now-60d"}})"));
  EXPECT_TRUE(is(
      R"({"field":"sale","operator":"count","value":{"eq":1},"where":{"conditions":[{"field":"nights","operator":"gt","value":4},{"field":"sale.value","operator":"gt","value":44999}]}})"));
  EXPECT_TRUE(is(R"({"field":"visit","operator":"count","value":{"lt":1}})"));
  EXPECT_TRUE(is(R"({"field":"visit","operator":"sum","value":{"lt":100}})"))
      << "who bought nothing spent less than a hundred";
  EXPECT_FALSE(is(R"({"field":"visit","operator":"avg","value":{"lt":100}})"));
  EXPECT_FALSE(is(R"({"field":"visit","operator":"last","value":{"ne":"now"}})"));
}

TEST_F(condition_meaning, segments_are_asked_where_they_are_named) {
  const std::string id = "6f2c9e10-81c2-42be-a76f-7cab3247239c";
  const std::string leaf = R"({"field":"segment","operator":"in","value":[")" + id + "\"]}";
  condition_segments segments;
  EXPECT_FALSE(is(leaf, segments)) << "one that is gone holds for nobody";
  segments[id] =
      read_condition(json_of(R"({"conditions":[{"field":"spent","operator":"gt","value":5}]})"), {})
          .tree;
  EXPECT_TRUE(is(leaf, segments));
  EXPECT_FALSE(is("{\"logic\":\"NOT\",\"conditions\":[" + leaf + "]}", segments));
}

} // namespace
} // namespace stentor::core
