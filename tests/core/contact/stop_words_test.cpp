/// What counts as a stop word, and sentences that are none. Person keys.
#include "stentor/core/contact/stop_words.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace stentor::core;

/// Upper case and dots only; what ICU makes of words is tested with it (tests/adapters/text).
std::string plain_key(std::string_view text) {
  std::string key;
  for (const char c : text)
    if (c != '.' && c != ' ')
      key += ascii_lower(c);
  return key;
}

TEST(stop_words, must_be_all_there_is) {
  const stop_words words{plain_key};
  for (const auto* text : {"stop", "STOP", "S.T.O.P.", "stop all", "unsubscribe", "停止"})
    EXPECT_TRUE(words.is_stop(text)) << text;
  for (const auto* text : {"", ".", "please stop", "stop it", "nonstop", "start"})
    EXPECT_FALSE(words.is_stop(text)) << text;
  EXPECT_FALSE(words.is_stop(std::string(1'000, '.') + "stop")) << "nobody means that";
}

TEST(stop_words, of_the_configuration) {
  const std::vector<std::string> stop{"Genug", "", "..."};
  const std::vector<std::string> start{"Weiter"};
  const stop_words words{plain_key, stop, start};
  EXPECT_TRUE(words.is_stop("GENUG"));
  EXPECT_FALSE(words.is_stop("..")) << "an empty word in the configuration stops nobody";
  EXPECT_TRUE(words.is_start("weiter"));
  EXPECT_TRUE(words.is_start("START"));
  EXPECT_FALSE(words.is_start("stop"));
  EXPECT_FALSE(stop_words{plain_key}.is_stop("genug"));
}

TEST(stop_words, begin_the_payload_of_a_button) {
  const stop_words words{plain_key};
  for (const auto* payload : {"STOP", "STOP_PROMO", "unsubscribe:weekly", "OptOut-1", "cancel"})
    EXPECT_TRUE(words.is_stop_payload(payload)) << payload;
  for (const auto* payload : {"", "_stop", "cancel_order", "end:tour", "stopover_1"})
    EXPECT_FALSE(words.is_stop_payload(payload)) << payload;
}

TEST(person, from_digits_and_user_ids) {
  EXPECT_EQ(person_from_digits("+4915112345678"), 4915112345678U);
  EXPECT_EQ(person_from_digits("4915112345678"), 4915112345678U);
  for (const auto* text : {"", "+", "49 151", "BR.123", "1234567890123456"})
    EXPECT_EQ(person_from_digits(text), 0U) << text;
  const auto key = person_from_user_id("BR.13491208655302741918");
  EXPECT_EQ(key >> 63, 1U);
  EXPECT_NE(key, person_from_user_id("BR.13491208655302741919"));
  EXPECT_EQ(person_from_user_id(""), 0U);
}

} // namespace
