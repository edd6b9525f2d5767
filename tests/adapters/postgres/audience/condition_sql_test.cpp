/// Conditions on a real database: what comes from outside stays data, names that lead nowhere and
/// in circles.

#include "adapters/postgres/audience/condition_loader.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <nlohmann/json.hpp>

namespace stentor::postgres::testing {
namespace {

using nlohmann::json;

class condition_sql_test : public with_database {
protected:
  void SetUp() override {
    base.run("INSERT INTO organization (name) VALUES ('Acme'), ('Other'); INSERT INTO customer "
             "(organization_no, phone, name, attributes) VALUES (1, 4915112345670, 'Ann', "
             "'{\"spent\": 100}')");
  }

  std::string problems(const json& query, std::string_view of_segment = {}) {
    const auto loaded = need(load_condition(base.db(), 1, query.dump(), of_segment));
    return core::text_of(loaded.problems, "query");
  }
  /// How many customers it is true for.
  std::int64_t people(const json& query) {
    const auto loaded = need(load_condition(base.db(), 1, query.dump()));
    EXPECT_EQ(core::text_of(loaded.problems, "query"), "") << query;
    params arguments;
    const auto sql = condition_to_sql(loaded.tree, loaded.terms, arguments);
    const auto rows =
        base.db().query("SELECT count(*) FROM customer k WHERE k.organization_no = 1 AND " + sql,
                        std::move(arguments));
    EXPECT_TRUE(rows.ok()) << rows.error().message << query;
    return rows.ok() ? rows->integer(0, 0) : -1;
  }
  static json of(json leaf) { return {{"conditions", json::array({std::move(leaf)})}}; }
  std::string save(const std::string& name, const json& query) {
    return base.text("INSERT INTO segment (organization_no, name, query) VALUES (1, '" + name +
                     "', '" + query.dump() + "') RETURNING id");
  }
};

TEST_F(condition_sql_test, takes_any_text_for_text) {
  const std::string hostile[] = {"'; DROP TABLE customer; --",
                                 "\"",
                                 "\\",
                                 "$1",
                                 "$$",
                                 "\\u0000x",
                                 "a\nb",
                                 "%",
                                 ".*",
                                 "[",
                                 "(?=x)",
                                 "***=a",
                                 "\\y",
                                 "{1,2}",
                                 "@ != 1",
                                 "/* */",
                                 "\x7f",
                                 "😀",
                                 "`",
                                 "x\" || true || @ == \""};
  const char* operators[] = {"eq", "ne", "gt", "contains", "startsWith", "endsWith"};
  for (const auto& text : hostile) {
    static_cast<void>(need(base.db().query(
        "UPDATE customer SET attributes = jsonb_build_object('spent', 100, $1::text, "
        "$2::text), name = $2::text, tags = ARRAY[$2::text]",
        params{}.text(text).text("x" + text + "y"))));
    for (const auto& field : {std::string{"name"}, std::string{"tags"}, "attributes." + text})
      for (const auto* how : operators)
        if (text.find('.') == std::string::npos || field[0] != 'a')
          static_cast<void>(people(of({{"field", field}, {"operator", how}, {"value", text}})));
    EXPECT_EQ(people(of({{"field", "name"}, {"operator", "contains"}, {"value", text}})), 1)
        << text;
    EXPECT_EQ(people(of({{"field", "name"}, {"operator", "startsWith"}, {"value", "X" + text}})), 1)
        << text;
    EXPECT_EQ(people(of({{"field", "spent"}, {"operator", "eq"}, {"value", text}})), 0) << text;
    json many = json::array();
    for (int i = 0; i < 30; ++i)
      many.push_back(text + std::to_string(i));
    EXPECT_EQ(people(of({{"field", "spent"}, {"operator", "in"}, {"value", many}})), 0) << text;
    static_cast<void>(people(of({{"field", text.find('.') == std::string::npos ? text : "e"},
                                 {"operator", "count"},
                                 {"value", {{"gte", 1}}}})));
  }
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 1);
}

TEST_F(condition_sql_test, passes_over_the_case_of_every_script_that_has_one) {
  base.run(
      "UPDATE customer SET name = 'ÄRGER Ωmega ДОМ Łódź', attributes = '{\"a\": \"ärger ωMEGA дом "
      "łÓDŹ\"}'");
  for (const char* part : {"ärger", "ÄRGER", "ωmega", "ΩMEGA", "дом", "ДОМ", "łódź", "ŁÓDŹ"})
    for (const char* field : {"name", "a"})
      EXPECT_EQ(people(of({{"field", field}, {"operator", "contains"}, {"value", part}})), 1)
          << field << part;
  EXPECT_EQ(people(of({{"field", "name"}, {"operator", "contains"}, {"value", "arger"}})), 0)
      << "another letter is another letter";
}

TEST_F(condition_sql_test, refuses_what_postgresql_could_not_take) {
  EXPECT_EQ(problems(of({{"field", "a"}, {"operator", "eq"}, {"value", std::string("a\0b", 3)}})),
            "query.conditions[0].value: holds a NUL character");
  EXPECT_EQ(problems(of({{"field", std::string("a\0b", 3)}, {"operator", "exists"}})),
            "query.conditions[0].field: holds a NUL character");
  const auto huge = need(load_condition(
      base.db(), 1, R"({"conditions":[{"field":"a","operator":"eq","value":1e400}]})"));
  EXPECT_EQ(core::text_of(huge.problems, "query"),
            "query: holds a number that is too large to be compared");
  const auto broken = need(load_condition(base.db(), 1, "{\"conditions\":[\"\\ud800\"]}"));
  EXPECT_EQ(core::text_of(broken.problems, "query"), "query: is not valid JSON");
}

TEST_F(condition_sql_test, uses_one_index_for_every_equality) {
  base.run("INSERT INTO customer (organization_no, phone, attributes) SELECT 1, 4915100000000 + n, "
           "jsonb_build_object('city', 'c' || n % 5000, 'spent', n) FROM generate_series(1, 20000) "
           "n; CREATE INDEX ON customer USING gin (attributes jsonb_path_ops); ANALYZE customer");
  const auto loaded = need(load_condition(
      base.db(), 1, of({{"field", "city"}, {"operator", "eq"}, {"value", "c17"}}).dump()));
  params arguments;
  const auto sql = condition_to_sql(loaded.tree, loaded.terms, arguments);
  const auto plan = need(base.db().query(
      "EXPLAIN SELECT FROM customer k WHERE k.organization_no = 1 AND " + sql, arguments));
  std::string text;
  for (int i = 0; i < plan.size(); ++i)
    text += plan.string(i, 0) + "\n";
  EXPECT_NE(text.find("customer_attributes_idx"), std::string::npos) << text;
  EXPECT_EQ(people(of({{"field", "city"}, {"operator", "eq"}, {"value", "c17"}})), 4);
}

TEST_F(condition_sql_test, names_circles_and_what_is_missing) {
  const auto in = [](const std::string& id) {
    return of({{"field", "segment"}, {"operator", "in"}, {"value", {id}}});
  };
  const auto rich = save("rich", of({{"field", "spent"}, {"operator", "gte"}, {"value", 100}}));
  const auto fine = save("fine", in(rich));
  EXPECT_EQ(people(in(fine)), 1);
  EXPECT_EQ(problems(in(rich), rich),
            "query.conditions[0].value: goes in a circle: \"this segment\" → \"rich\"");
  EXPECT_EQ(problems(in(fine), rich), "query.conditions[0].value: goes in a circle: \"this "
                                      "segment\" → \"fine\" → \"rich\"");
  const std::string nobody = "6f2c9e10-81c2-42be-a76f-7cab3247239c";
  EXPECT_EQ(problems(in(nobody)),
            "query.conditions[0].value: names a segment that does not exist: " + nobody);
  EXPECT_EQ(
      problems(of({{"field", "messages.read"}, {"operator", "exists"}, {"campaign", nobody}})),
      "query.conditions[0].campaign: names a campaign that does not exist");
  base.run("UPDATE segment SET organization_no = 2 WHERE name = 'fine'");
  EXPECT_EQ(problems(in(fine)),
            "query.conditions[0].value: names a segment that does not exist: " + fine);
  base.run("INSERT INTO attribute (organization_no, name, type) VALUES (1, 'spent', 'text')");
  EXPECT_EQ(problems(in(rich)),
            "query.conditions[0].value: names the segment \"rich\", whose own query is wrong: "
            "query.conditions[0].value: expected a text to compare with, not a number");
}

TEST_F(condition_sql_test, a_chain_of_segments_can_not_grow_without_end) {
  auto id = save("s0", of({{"field", "spent"}, {"operator", "gte"}, {"value", 100}}));
  for (int i = 1; i < 9; ++i) {
    json leaves = json::array();
    for (int n = 0; n < 4; ++n)
      leaves.push_back({{"field", "segment"}, {"operator", "in"}, {"value", {id}}});
    id = save("s" + std::to_string(i), {{"conditions", leaves}});
  }
  EXPECT_EQ(problems(of({{"field", "segment"}, {"operator", "in"}, {"value", {id}}})),
            "query: has, with the segments that it names, more than 1000 conditions");
}

} // namespace
} // namespace stentor::postgres::testing
