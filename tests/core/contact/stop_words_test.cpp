/// Stop words in many spellings, and sentences that are none. Person keys.
#include "stentor/core/contact/stop_words.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <gtest/gtest.h>

namespace {

using namespace stentor::core;

TEST(stop_words, in_any_spelling) {
  for (const auto* text : {"STOP",
                           "stop",
                           " Stop. ",
                           "S.T.O.P.",
                           "STOP!!!",
                           "\"stop\"",
                           "stop \xF0\x9F\x9B\x91",
                           "ＳＴＯＰ",
                           "stop\n",
                           "STOP  ALL",
                           "Opt-Out",
                           "unsubscribe",
                           "CANCEL",
                           "Abmelden",
                           "STOPP",
                           "BAJA",
                           "parar",
                           "SAIR",
                           "Cancelar",
                           "Arrêt",
                           "ARRET",
                           "arre\xCC\x82t",
                           "Désabonner",
                           "DESABONNER",
                           "रोकें",
                           "توقف",
                           "СТОП",
                           "стоп",
                           "停止",
                           "DUR",
                           "Berhenti",
                           "הסר",
                           "إيقاف",
                           "ايقاف",
                           "İPTAL",
                           "DỪNG",
                           "ΔΙΑΚΟΠΗ",
                           "Διακοπή",
                           "중지",
                           "หยุด",
                           "ストップ",
                           "退订。"})
    EXPECT_TRUE(is_stop_word(text)) << text;
}

TEST(stop_words, but_not_in_sentences) {
  for (const auto* text :
       {"", " ", "!!!", "please don't stop", "stop it", "When does the bus stop?", "nonstop", "no",
        "yes", "start", "stopwatch", "ok stop sending me so many of these messages please",
        "\xFF\xFE", "red"})
    EXPECT_FALSE(is_stop_word(text)) << text;
  EXPECT_FALSE(is_stop_word(std::string(100'000, 'x') + "stop"));
}

TEST(stop_words, of_the_configuration) {
  const std::vector<std::string> extra{"Genug!", "Ra\xC4\xABti"};
  EXPECT_TRUE(is_stop_word("genug", extra));
  EXPECT_TRUE(is_stop_word("RAITI", extra));
  EXPECT_FALSE(is_stop_word("genug"));
}

TEST(start_words, resume) {
  for (const auto* text : {"START", "unstop", "Подписаться", "Alta", "शुरू", "Bắt đầu", "S'abonner"})
    EXPECT_TRUE(is_start_word(text)) << text;
  EXPECT_FALSE(is_start_word("stop"));
  EXPECT_FALSE(is_start_word("start the car"));
}

TEST(stop_words, survive_every_pair_of_bytes) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b)};
      EXPECT_FALSE(is_stop_word(text));
    }
  }
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
