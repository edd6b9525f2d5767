#include "stentor/core/base/sentence.hpp"

#include <gtest/gtest.h>

namespace stentor::core {
namespace {

TEST(sentences, put_their_values_where_the_pattern_names_them) {
  struct {
    const char* pattern;
    sentence_params params;
    const char* text;
  } const table[] = {
      {"Nothing is known.", {}, "Nothing is known."},
      {"{n} of {all}.", {{"n", "3"}, {"all", "9"}}, "3 of 9."},
      {"{n} and {n}", {{"n", "x"}}, "x and x"},
      {"{other} stays", {{"n", "x"}}, "{other} stays"},
      {"an open {brace", {{"brace", "x"}}, "an open {brace"},
      {"{value}", {{"value", "{value} {{1}}"}}, "{value} {{1}}"},
      {"", {}, ""},
  };
  for (const auto& row : table) {
    const auto s = make_sentence("code", row.pattern, row.params);
    EXPECT_EQ(s.text, row.text);
    EXPECT_EQ(s.code, "code");
    EXPECT_EQ(s.params, row.params);
  }
}

TEST(sentences, stand_side_by_side) {
  EXPECT_EQ(text_of({}), "");
  EXPECT_EQ(text_of({make_sentence("a", "One."), make_sentence("b", "Two.")}), "One. Two.");
}

} // namespace
} // namespace stentor::core
