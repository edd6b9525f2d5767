/// What a customer's attribute may hold.

#include "stentor/core/contact/attribute.hpp"

#include "stentor/core/base/rfc3339.hpp"

#include <gtest/gtest.h>

#include <random>

namespace stentor::core {
namespace {

std::string in(attribute_type type, std::string_view text, json_kind kind = json_kind::text) {
  const auto made = converted("a", type, {kind, text});
  return std::holds_alternative<std::string>(made) ? std::get<std::string>(made) : "problem";
}

TEST(attributes, have_types_with_names) {
  for (const auto type : {attribute_type::text, attribute_type::number, attribute_type::boolean,
                          attribute_type::time, attribute_type::list})
    EXPECT_EQ(attribute_type_from(to_string(type)), type);
  EXPECT_FALSE(attribute_type_from("float"));
  EXPECT_FALSE(attribute_type_from(""));
}

TEST(attributes, of_numbers) {
  const auto number = [](std::string_view text) { return in(attribute_type::number, text); };
  EXPECT_EQ(number("12.50"), "12.50");
  EXPECT_EQ(number(" +7 "), "7");
  EXPECT_EQ(number("-0012.5"), "-12.5");
  EXPECT_EQ(number("000"), "0");
  EXPECT_EQ(number("1e3"), "1e3");
  for (const char* no : {"", "twelve", "1e400", "-1e400", "nan", "inf", "-inf", "0x10", "1,5",
                         "1 5", "5.", ".5", "-", "+", "--1", "1.e5", "5 EUR"})
    EXPECT_EQ(number(no), "problem") << no;
  EXPECT_EQ(number(std::string(101, '9')), "problem");
  EXPECT_EQ(in(attribute_type::number, "true", json_kind::boolean), "problem");
  EXPECT_EQ(in(attribute_type::number, "[1]", json_kind::list), "problem");
}

TEST(attributes, of_yes_and_no) {
  for (const char* yes : {"yes", "TRUE", "1", " ja ", "Sim"})
    EXPECT_EQ(in(attribute_type::boolean, yes), "true") << yes;
  for (const char* no : {"no", "False", "0", "nein"})
    EXPECT_EQ(in(attribute_type::boolean, no), "false") << no;
  EXPECT_EQ(in(attribute_type::boolean, "maybe"), "problem");
  EXPECT_EQ(in(attribute_type::boolean, "1", json_kind::number), "true");
  EXPECT_EQ(in(attribute_type::boolean, "2", json_kind::number), "problem");
  EXPECT_EQ(in(attribute_type::boolean, "false", json_kind::boolean), "false");
}

TEST(attributes, of_times_are_in_the_order_of_their_texts) {
  EXPECT_EQ(in(attribute_type::time, "2026-11-20"), R"("2026-11-20")");
  EXPECT_EQ(in(attribute_type::time, "2026-11-20T12:02:00+02:00"), R"("2026-11-20T10:02:00Z")");
  EXPECT_EQ(in(attribute_type::time, "2026-11-20T10:02:00.25Z"), R"("2026-11-20T10:02:00Z")");
  for (const char* no : {"20.11.2026", "2026-02-30", "2026-13-01", "tomorrow", "", "2026-11-2",
                         "2026-11-20T10:02:00"})
    EXPECT_EQ(in(attribute_type::time, no), "problem") << no;
  EXPECT_EQ(in(attribute_type::time, "1764000000", json_kind::number), "problem");
}

TEST(attributes, of_any_times_are_in_the_order_of_their_texts) {
  std::mt19937_64 random{11}; // NOLINT: the same in every run
  const auto any_time = [&] {
    constexpr std::int64_t from = -62'135'596'800'000; // the year 1
    constexpr std::int64_t until = 253'402'300'799'999;
    const auto at = random() % 2 == 0
                        ? std::uniform_int_distribution<std::int64_t>{from, until}(random)
                        : 1'790'000'000'000 + static_cast<std::int64_t>(random() % 4'000);
    return wall_time{std::chrono::milliseconds{at}};
  };
  for (int i = 0; i < 20'000; ++i) {
    const auto a = any_time();
    const auto b = any_time();
    const auto second = [](wall_time at) { return std::chrono::floor<std::chrono::seconds>(at); };
    const auto text_a = in(attribute_type::time, to_text(a));
    const auto text_b = in(attribute_type::time, to_text(b));
    ASSERT_EQ(text_a < text_b, second(a) < second(b)) << text_a << text_b;
    ASSERT_EQ(text_a == text_b, second(a) == second(b)) << text_a << text_b;
    const auto day = in(attribute_type::time, to_text(a).substr(0, 10)); // its first moment
    ASSERT_LT(day.substr(0, day.size() - 1), text_a);
  }
}

TEST(attributes, of_texts_and_lists) {
  EXPECT_EQ(in(attribute_type::text, "a \"b\""), R"("a \"b\"")");
  EXPECT_EQ(in(attribute_type::text, "5", json_kind::number), R"("5")");
  EXPECT_EQ(in(attribute_type::text, "{}", json_kind::object), "problem");
  EXPECT_EQ(in(attribute_type::list, "red; blue;;"), R"(["red","blue"])");
  EXPECT_EQ(in(attribute_type::list, ""), "[]");
  EXPECT_EQ(in(attribute_type::list, "[1,2]", json_kind::list), "[1,2]");
  EXPECT_EQ(in(attribute_type::list, "5", json_kind::number), "[5]");
  EXPECT_EQ(in(attribute_type::list, "{}", json_kind::object), "problem");
}

TEST(attributes, say_what_was_expected) {
  const auto made = converted("spent", attribute_type::number, {json_kind::text, "much"});
  ASSERT_TRUE(std::holds_alternative<sentence>(made));
  EXPECT_EQ(std::get<sentence>(made).text, "attributes.spent: expected a number such as 12.50");
}

/// What was brought to a type stays as it is when it comes again: a second import changes nothing.
TEST(attributes, are_converted_once) {
  std::mt19937 random{7}; // NOLINT: the same in every run
  const std::string_view letters = "0123456789+-.eE;TZ:/ ,ynos\"\\";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto n = random() % 14; n > 0; --n)
      text += letters[random() % letters.size()];
    for (const auto& [type, kind] : {std::pair{attribute_type::number, json_kind::number},
                                     std::pair{attribute_type::boolean, json_kind::boolean},
                                     std::pair{attribute_type::list, json_kind::list}}) {
      const auto once = in(type, text);
      if (once != "problem") {
        ASSERT_EQ(in(type, once, kind), once) << text;
      }
    }
    const auto time = in(attribute_type::time, text);
    if (time != "problem") {
      ASSERT_EQ(in(attribute_type::time, time.substr(1, time.size() - 2)), time) << text;
    }
  }
}

} // namespace
} // namespace stentor::core
