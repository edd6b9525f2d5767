/// Hexadecimal digits, strings in JSON, percent codes and FNV-1a, with the vectors of their papers.
#include "stentor/core/base/hash.hpp"
#include "stentor/core/base/hex.hpp"
#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/base/percent.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

namespace {

using namespace stentor::core;
using namespace std::string_view_literals;

std::vector<unsigned char> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

std::string random_text(std::mt19937& random) {
  std::string text(random() % 30, '\0');
  for (auto& c : text)
    c = static_cast<char>(random());
  return text;
}

TEST(hex, writes_the_vectors_of_rfc_4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "66"},
                                                                   {"fo", "666f"},
                                                                   {"foo", "666f6f"},
                                                                   {"foob", "666f6f62"},
                                                                   {"fooba", "666f6f6261"},
                                                                   {"foobar", "666f6f626172"}};
  for (const auto& [text, wanted] : vectors) {
    std::string hex = "=";
    append_hex(hex, bytes_of(text));
    EXPECT_EQ(hex, "=" + std::string{wanted});
    std::vector<unsigned char> back(text.size());
    EXPECT_TRUE(read_hex(wanted, back));
    EXPECT_EQ(back, bytes_of(text));
  }
}

TEST(hex, reads_either_case_and_nothing_else) {
  std::array<unsigned char, 2> bytes{};
  EXPECT_TRUE(read_hex("aBCf", bytes));
  EXPECT_EQ(bytes[0], 0xAB);
  EXPECT_EQ(bytes[1], 0xCF);
  for (const auto text : {"", "abc", "abcde", "abcg", "0x12", " abc", "+1-2"})
    EXPECT_FALSE(read_hex(text, bytes)) << text;
  int digits = 0;
  for (int c = -128; c < 128; ++c)
    digits += hex_value(static_cast<char>(c)) >= 0 ? 1 : 0;
  EXPECT_EQ(digits, 22);
}

TEST(hex, comes_back_for_any_bytes) {
  std::mt19937 random{1};
  for (int i = 0; i < 1'000; ++i) {
    const auto bytes = bytes_of(random_text(random));
    std::string hex;
    append_hex(hex, bytes);
    std::vector<unsigned char> back(bytes.size());
    ASSERT_TRUE(read_hex(hex, back));
    ASSERT_EQ(back, bytes);
  }
}

std::string escaped(std::string_view text) {
  std::string to;
  append_json_string(to, text);
  return to;
}

TEST(json_escape, escapes_what_rfc_8259_asks_for) {
  EXPECT_EQ(escaped(""), R"("")");
  EXPECT_EQ(escaped("plain ü😀 /"), R"("plain ü😀 /")");
  EXPECT_EQ(escaped(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(escaped("\x01\t\n\x1F\x7F\0"sv), "\"\\u0001\\u0009\\u000a\\u001f\x7F\\u0000\"");
}

TEST(json_escape, puts_spaces_for_control_characters_where_asked) {
  std::string to = "x";
  append_json_escaped<control_characters::spaces>(to, "a\r\n\"b\"\t\\");
  EXPECT_EQ(to, R"(xa  \"b\" \\)");
}

TEST(json_escape, leaves_no_bare_quote_and_comes_back) {
  std::mt19937 random{2};
  for (int i = 0; i < 1'000; ++i) {
    const auto text = random_text(random);
    std::string inside;
    append_json_escaped(inside, text);
    std::string back;
    for (std::size_t at = 0; at < inside.size(); ++at) {
      ASSERT_GE(static_cast<unsigned char>(inside[at]), 0x20);
      ASSERT_NE(inside[at], '"');
      if (inside[at] != '\\') {
        back += inside[at];
      } else if (inside[++at] != 'u') {
        back += inside[at];
      } else {
        std::array<unsigned char, 2> unit{};
        ASSERT_TRUE(read_hex(inside.substr(at + 1, 4), unit));
        back += static_cast<char>(unit[1]);
        at += 4;
      }
    }
    ASSERT_EQ(back, text);
  }
}

TEST(percent, encodes_all_but_the_unreserved) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a b/c?d#e%f+g:h@i"), "a%20b%2Fc%3Fd%23e%25f%2Bg%3Ah%40i");
  // RFC 3986, section 2.5: letters of UTF-8 as their bytes.
  EXPECT_EQ(percent_encode("À"), "%C3%80");
  EXPECT_EQ(percent_encode("ア"), "%E3%82%A2");
}

TEST(percent, decodes_either_case_and_refuses_halves) {
  EXPECT_EQ(percent_decode("%E3%82%a2", plus_sign::itself), "ア");
  EXPECT_EQ(percent_decode("a+b%2B", plus_sign::itself), "a+b+");
  EXPECT_EQ(percent_decode("a+b%2B", plus_sign::space), "a b+");
  EXPECT_EQ(percent_decode("", plus_sign::itself), "");
  for (const auto text : {"%", "%4", "a%", "%zz", "%4g", "%%41", "% 1"})
    EXPECT_FALSE(percent_decode(text, plus_sign::itself)) << text;
}

TEST(percent, comes_back_for_any_text) {
  std::mt19937 random{3};
  for (int i = 0; i < 1'000; ++i) {
    const auto text = random_text(random);
    ASSERT_EQ(percent_decode(percent_encode(text), plus_sign::itself), text);
    ASSERT_EQ(percent_decode(percent_encode(text), plus_sign::space), text);
  }
}

TEST(fnv1a, gives_the_published_hashes) {
  EXPECT_EQ(fnv1a(""), 0xCBF29CE484222325U);
  EXPECT_EQ(fnv1a("a"), 0xAF63DC4C8601EC8CU);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171F73967E8U);
}

} // namespace
