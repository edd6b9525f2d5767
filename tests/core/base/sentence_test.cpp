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

TEST(sentences, are_quoted_with_their_code_and_values) {
  const auto inner =
      make_sentence("number_busy", "Number {number} is busy.", {{"number", "7"}, {"seconds", "9"}});
  const auto outer =
      make_sentence("waits", "{number} waits: {reason}", quoting(inner, {{"number", "8"}}));
  EXPECT_EQ(outer.text, "8 waits: Number 7 is busy.");
  EXPECT_EQ(outer.params, (sentence_params{{"number", "8"},
                                           {"reason", "Number 7 is busy."},
                                           {"reason_code", "number_busy"},
                                           {"seconds", "9"}}));
}

TEST(sentences, are_json_whatever_they_quote) {
  EXPECT_EQ(to_json(make_sentence("a", "One.")), R"({"code":"a","params":{},"text":"One."})");
  const std::string hostile{"\"\\\0\xFF\n", 5};
  EXPECT_EQ(to_json(make_sentence("b", "{x}", {{"x", hostile}, {"y", "2"}})),
            "{\"code\":\"b\",\"params\":{\"x\":\"\\\"\\\\\uFFFD\uFFFD\\u000a\",\"y\":\"2\"},"
            "\"text\":\"\\\"\\\\\uFFFD\uFFFD\\u000a\"}");
}

TEST(sentences, of_old_are_their_text) {
  EXPECT_EQ(bare_text("It is {so}."), (sentence{"text", {{"text", "It is {so}."}}, "It is {so}."}));
}

TEST(sentences, stand_side_by_side) {
  EXPECT_EQ(text_of({}), "");
  EXPECT_EQ(text_of({make_sentence("a", "One."), make_sentence("b", "Two.")}), "One. Two.");
}

} // namespace
} // namespace stentor::core
