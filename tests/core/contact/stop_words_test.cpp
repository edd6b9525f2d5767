/// What counts as a stop word, and sentences that are none. Person keys.
#include "stentor/core/contact/stop_words.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
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
  for (const auto* text : {"", ".", "nonstop", "start", "stop by the store", "do not stop",
                           "cancel my order", "please", "messages", "stop start"})
    EXPECT_FALSE(words.is_stop(text)) << text;
  EXPECT_FALSE(words.is_stop(std::string(1'000, '.') + "stop")) << "nobody means that";
}

TEST(stop_words, may_come_with_a_courtesy_an_object_and_again) {
  const stop_words words{plain_key};
  for (const auto* text :
       {"please stop", "Stop. Thank you", "stop it", "STOP STOP STOP", "stop messages please",
        "please, no more messages", "bitte keine Nachrichten mehr", "opt out please opt out"})
    EXPECT_TRUE(words.is_stop(text)) << text;
  EXPECT_TRUE(words.is_stop("stop\u3000please")) << "a wide space";
  EXPECT_FALSE(words.is_stop("please please please")) << "says stop nowhere";
  EXPECT_FALSE(words.is_stop("stop a b c d e f g h i j k l m n o p q r s t u")) << "a sentence";
  std::string long_one = "stop";
  for (int i = 0; i < 30; ++i)
    long_one += " stop";
  EXPECT_TRUE(words.is_stop(long_one)) << "somebody is angry";
}

TEST(stop_words, of_vietnamese_keep_their_tones) {
  const auto toneless = [](std::string_view text) {
    return text == "dừng" || text == "dũng" || text == "đúng" ? std::string{"dung"}
                                                              : std::string{text};
  };
  const auto accented = [](std::string_view text) { return std::string{text}; };
  const stop_words words{toneless, {}, {}, accented};
  EXPECT_TRUE(words.is_stop("dừng"));
  EXPECT_TRUE(words.is_stop("dung")) << "in a hurry";
  EXPECT_FALSE(words.is_stop("dũng")) << "a name";
  EXPECT_FALSE(words.is_stop("đúng")) << "that's right";
  EXPECT_TRUE((stop_words{toneless}.is_stop("dũng"))) << "without accents there is no telling";
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

/// Each pair is one mobile number: as E.164 has it today, and as Meta or an old list spells it.
constexpr std::pair<person_key, person_key> spellings[] = {
    {5511982345678, 551182345678}, {5531987654321, 553187654321}, {5511971234567, 551171234567},
    {5511912345678, 551112345678}, {525512345678, 5215512345678}, {5491123456789, 541123456789},
    {5493511234567, 543511234567}};

TEST(person, is_one_under_both_spellings_of_a_number) {
  for (const auto& [today, other] : spellings) {
    EXPECT_EQ(one_spelling(today), today);
    EXPECT_EQ(one_spelling(other), today);
    EXPECT_EQ(other_spelling(today), other);
    EXPECT_EQ(other_spelling(other), 0U);
    EXPECT_EQ(person_from_digits("+" + std::to_string(other)), today);
  }
  for (const auto alone : std::initializer_list<person_key>{
           4915112345678, 551132345678, 551152345678, 5511932345678, 550082345678, 521234567890,
           5511, 52155123456789, 14155552671, 5402345678901})
    EXPECT_EQ(one_spelling(alone), alone) << alone;
  for (const auto alone :
       std::initializer_list<person_key>{4915112345678, 551132345678, 5511932345678, 14155552671})
    EXPECT_EQ(other_spelling(alone), 0U) << alone;
}

TEST(person, has_the_phone_number_back) {
  EXPECT_EQ(phone_of(4915112345678), 4915112345678);
  EXPECT_EQ(phone_of(person_from_user_id("DE.1")), 0);
}

} // namespace
