/// Blocks of a query file, fragments in them, and the mistakes that a start must not survive.

#include "adapters/postgres/client/named_queries.hpp"

#include <gtest/gtest.h>

#include <array>

using stentor::core::embedded_file;
using stentor::postgres::catalog_of;

namespace {

std::string problem_of(std::string_view text) {
  const std::array files{embedded_file{.name = "some", .text = text}};
  return catalog_of(files).problem;
}

TEST(named_queries, reads_blocks_and_fills_fragments_of_other_files_in) {
  const std::array files{embedded_file{.name = "a",
                                       .text =
                                           "-- head\n-- name: a\n-- what\nSELECT 1\n\n-- name: b\n"
                                           "SELECT {{ deep }} AND '{1}'\n"},
                         embedded_file{.name = "b",
                                       .text = "-- fragment: deep\nx IN ({{deeper}})\n"
                                               "-- fragment: deeper\nSELECT 2\n"}};
  const auto c = catalog_of(files);
  EXPECT_EQ(c.problem, "");
  EXPECT_EQ(c.queries.at("a"), "-- what\nSELECT 1");
  EXPECT_EQ(c.queries.at("b"), "SELECT x IN (SELECT 2) AND '{1}'");
  EXPECT_EQ(c.fragments.at("deep"), "x IN (SELECT 2)");
}

TEST(named_queries, refuses_what_is_named_twice_or_holds_nothing) {
  EXPECT_EQ(problem_of("-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n"),
            "some.sql: two queries are named 'a'");
  EXPECT_EQ(problem_of("-- fragment: a\n1\n-- fragment: a\n2\n"),
            "some.sql: two fragments are named 'a'");
  EXPECT_EQ(problem_of("-- name: a\n"), "some.sql: a block without name or text");
  EXPECT_EQ(problem_of("-- name:\nSELECT 1\n"), "some.sql: a block without name or text");
}

TEST(named_queries, refuses_fragments_that_are_missing_or_unused_or_endless) {
  EXPECT_EQ(problem_of("-- name: a\nSELECT {{b}}\n"),
            "the query 'a' uses the fragment 'b', which does not exist");
  EXPECT_EQ(problem_of("-- fragment: b\n1\n"), "the fragment 'b' is used by no query");
  EXPECT_EQ(problem_of("-- name: a\nSELECT {{b}}\n-- fragment: b\n({{b}})\n"),
            "the fragment 'b' stands in itself");
}

TEST(named_queries, lets_statements_on_a_campaigns_own_table_stand_alone) {
  const std::array files{embedded_file{.name = "a",
                                       .text = "-- fragment: piece\nseq > 1\n-- fragment: own\n"
                                               "SELECT {campaign} FROM list_{campaign} WHERE "
                                               "{{piece}}\n"}};
  const auto c = catalog_of(files);
  EXPECT_EQ(c.problem, "");
  EXPECT_EQ(c.fragments.at("own"), "SELECT {campaign} FROM list_{campaign} WHERE seq > 1");
  EXPECT_EQ(stentor::postgres::campaign_statement("list_analyze", 7),
            "ANALYZE campaign_recipient_7 (phone, user_id, screen)");
}

} // namespace
