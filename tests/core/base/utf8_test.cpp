/// UTF-8 against RFC 3629's own examples, and against a decoder written from the definition.
#include "stentor/core/base/utf8.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using namespace stentor::core;
using namespace std::string_view_literals;

std::string encoded(std::uint32_t point) {
  const auto byte = [](std::uint32_t b) { return static_cast<char>(b); };
  if (point < 0x80)
    return {byte(point)};
  if (point < 0x800)
    return {byte(0xC0 | point >> 6U), byte(0x80 | (point & 0x3F))};
  if (point < 0x10000)
    return {byte(0xE0 | point >> 12U), byte(0x80 | (point >> 6U & 0x3F)),
            byte(0x80 | (point & 0x3F))};
  return {byte(0xF0 | point >> 18U), byte(0x80 | (point >> 12U & 0x3F)),
          byte(0x80 | (point >> 6U & 0x3F)), byte(0x80 | (point & 0x3F))};
}

TEST(utf8, takes_the_examples_of_the_rfc) {
  for (const auto text :
       {"A\xE2\x89\xA2\xCE\x91."sv, "\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4"sv,
        "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"sv, "\xEF\xBB\xBF\xF0\xA3\x8E\xB4"sv, ""sv})
    EXPECT_TRUE(is_utf8_text(text)) << text;
}

TEST(utf8, refuses_what_the_rfc_warns_of) {
  for (const auto text : {"\xC0\x80"sv,                                         // an overlong NUL
                          "\xC0\xAF"sv, "\xE0\x80\xAF"sv, "\xF0\x80\x80\xAF"sv, // an overlong slash
                          "\x2F\xC0\xAE\x2E\x2F"sv,                             // "/../"
                          "\xED\xA0\x80"sv, "\xED\xBF\xBF"sv,                   // surrogates
                          "\xF4\x90\x80\x80"sv,                                 // above U+10FFFF
                          "\xF5\x80\x80\x80"sv, "\xFF"sv, "\x80"sv, "\xC3"sv, "\xE2\x89"sv,
                          "\xF0\x9F\x98"sv, "12345678\xC3"sv, "a\0b"sv})
    EXPECT_FALSE(is_utf8_text(text)) << ::testing::PrintToString(text);
}

TEST(utf8, knows_every_code_point) {
  for (std::uint32_t point = 0; point <= 0x110010; ++point) {
    const bool character = point < 0xD800 || (point > 0xDFFF && point <= 0x10FFFF);
    const auto bytes = encoded(point);
    ASSERT_EQ(utf8_length(bytes), character ? bytes.size() : 0) << point;
    ASSERT_EQ(is_utf8_text("abcdefgh" + bytes), character && point != 0) << point;
  }
}

TEST(utf8, replaces_what_is_no_text) {
  std::string storage;
  EXPECT_EQ(utf8_text_of("plain", storage), "plain");
  EXPECT_EQ(utf8_text_of("a\0b"sv, storage), "a\xEF\xBF\xBD"
                                             "b");
  EXPECT_EQ(utf8_text_of("x\xC3", storage), "x\xEF\xBF\xBD");
  EXPECT_EQ(utf8_text_of("\xED\xA0\x80", storage), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(utf8_text_of("ü😀", storage), "ü😀");
}

TEST(utf8, replaces_random_bytes_by_text) {
  std::mt19937 random{7};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(random() % 3 == 0 ? random()
                                              : "a\xC3\xA9\xF0\x9F\x98\x80"[random() % 7]);
    std::string storage;
    const auto text = utf8_text_of(bytes, storage);
    ASSERT_TRUE(is_utf8_text(text));
    ASSERT_EQ(text == bytes, is_utf8_text(bytes));
  }
}

TEST(utf8, cuts_between_characters) {
  EXPECT_EQ(utf8_prefix("aü😀", 7), "aü😀");
  EXPECT_EQ(utf8_prefix("aü😀", 6), "aü");
  EXPECT_EQ(utf8_prefix("aü😀", 3), "aü");
  EXPECT_EQ(utf8_prefix("aü😀", 2), "a");
  EXPECT_EQ(utf8_prefix("ü", 1), "");
  EXPECT_EQ(utf8_prefix("ü", 0), "");
  EXPECT_EQ(utf8_prefix("\x80\x80\x80", 2), "");
}

} // namespace
