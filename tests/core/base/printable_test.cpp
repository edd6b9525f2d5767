#include "stentor/core/base/printable.hpp"

#include <gtest/gtest.h>

namespace stentor::core {
namespace {

TEST(printable, what_moves_a_terminal_is_shown) {
  EXPECT_EQ(printable("Grüße 👋🏽 नमस्ते"),
            "Grüße 👋🏽 नमस्ते");
  EXPECT_EQ(printable("\x1b]0;x\x07\x1b[2J"), "\\x1b]0;x\\x07\\x1b[2J");
  EXPECT_EQ(printable("a\r\n  2026-01-01  opted out\t!"),
            "a\\x0d\\x0a  2026-01-01  opted out\\x09!");
  EXPECT_EQ(printable("\x7f\xc2\x9b"
                      "2J"),
            "\\x7f\\x9b2J")
      << "DEL, and CSI in its C1 spelling";
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "a\\u{202e}b")
      << "from right to left";
  EXPECT_EQ(printable("\xff!"), "\\xff!");
  EXPECT_EQ(printable("a\nb\x1b", true), "a\nb\\x1b");
}

TEST(printable, says_what_holds_control_characters) {
  EXPECT_FALSE(has_control("नमस्ते \xe2\x80\x8d"));
  for (const auto* text : {"\x1b[31m", "a\x07", "a\r\nb", "\xc2\x85", "\xe2\x81\xa6", "\xc3"})
    EXPECT_TRUE(has_control(text)) << printable(text);
  EXPECT_FALSE(has_control("two\r\nlines\t.", true));
}

TEST(printable, json_keeps_its_meaning) {
  EXPECT_EQ(printable_json("{\"a\":\"\\u001b\x7f\xc2\x9b\"}\n"),
            "{\"a\":\"\\u001b\\u007f\\u009b\"}\n");
}

} // namespace
} // namespace stentor::core
