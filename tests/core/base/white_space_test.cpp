/// White space as people paste it, and what of it may leave the house.

#include "stentor/core/base/characters.hpp"
#include "stentor/core/base/white_space.hpp"
#include "tests/support/sample_file.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::core {
namespace {

std::string tidy(std::string_view text, text_ends ends = text_ends::both) {
  std::string storage;
  return std::string{tidy_white_space(text, storage, ends)};
}

TEST(white_space, of_lists_becomes_single_spaces) {
  for (const auto& row : sample::rows_of("lists/values/white_space.csv")) {
    const auto& expected = row.at("expected");
    EXPECT_EQ(tidy(row.at("v")), expected == "(default)"       ? ""
                                 : expected == "a b or a    b" ? "a b"
                                                               : expected);
  }
}

TEST(white_space, stays_single_where_something_follows) {
  EXPECT_EQ(tidy("  a\t\tb  ", text_ends::neither), " a b ");
  EXPECT_EQ(tidy("  a\t\tb  ", text_ends::first), "a b ");
  EXPECT_EQ(tidy("  a\t\tb  ", text_ends::last), " a b");
  EXPECT_EQ(tidy(" \n ", text_ends::neither), " ");
  EXPECT_EQ(tidy(" \n ", text_ends::first), "");
  EXPECT_EQ(tidy(" \n ", text_ends::last), "");
}

TEST(white_space, leaves_what_is_no_white_space) {
  for (const char* text : {"a b", "Zo\u00EB \U0001F600", "\U0001F468\u200D\U0001F469", "a\u200Cb",
                           "\u0645\u0631\u062D\u0628\u0627!\u200F", "\xFF", "a\u200Bb", "x \xC2"})
    EXPECT_EQ(tidy(text), text);
}

TEST(white_space, of_any_kind_alone_is_nothing) {
  for (const char* text : {"", " ", "\r\n", "\u00A0", "\u3000\u2003", "\u200B", "\uFEFF\u00AD",
                           "\u202A\u202C", "\u0085", "\u2800", "\x01\x7F"})
    EXPECT_EQ(tidy(text), "");
}

TEST(characters, are_digits_in_any_script) {
  EXPECT_EQ(decimal_digit(U'7'), 7);
  EXPECT_EQ(decimal_digit(U'\u0663'), 3);
  EXPECT_EQ(decimal_digit(U'\uFF19'), 9);
  EXPECT_EQ(decimal_digit(U'\U0001D7D8'), 0);
  for (const char32_t none : {U'/', U':', U'a', U'\u066A', U'\u00B2', U'\u2460', U'\0'})
    EXPECT_EQ(decimal_digit(none), -1);
}

TEST(characters, end_where_the_text_ends) {
  EXPECT_EQ(first_character("").bytes, 0U);
  EXPECT_EQ(first_character("\u20AC").code, U'\u20AC');
  EXPECT_EQ(first_character("\xE2\x82").code, 0xFFFDU);
  EXPECT_EQ(first_character("\xE2\x82").bytes, 1U);
}

} // namespace
} // namespace stentor::core
