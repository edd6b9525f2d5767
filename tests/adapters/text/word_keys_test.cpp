/// Words in many spellings and scripts, and core's lists of stop words read by ICU.
#include "adapters/text/word_keys.hpp"

#include "stentor/core/contact/stop_words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace stentor;
using namespace std::string_literals;

std::string key_of(std::string_view text) {
  static const auto keys = text::make_word_keys();
  return keys->key_of(text);
}

const core::stop_words& words() {
  static const core::stop_words instance{key_of};
  return instance;
}

TEST(word_keys, are_the_same_for_what_reads_the_same) {
  const std::pair<const char*, const char*> pairs[] = {
      {"STOP", "stop"},
      {" S.T.O.P.!", "stop"},
      {"stop all", "StopAll"},
      {"ＳＴＯＰ", "stop"}, // full width
      {"ⓈⓉⓄⓅ", "stop"},
      {"𝐒𝐓𝐎𝐏", "stop"},
      {"s\u0300t\u0323o\u0302p\u0301", "stop"}, // combining accents
      {"stop\u200b\u200d\u202e", "stop"},       // what nobody sees
      {"stop👍🏽🇩🇪‼️°₹…»", "stop"},
      {"arre\u0302t", "ARRÊT"},
      {"İPTAL", "iptal"}, // Turkish
      {"IPTAL", "ıptal"},
      {"ÇIK", "çık"},
      {"cik", "çık"},
      {"đừng", "DUNG"}, // Vietnamese
      {"huỷ", "hủy"},
      {"ø ł ð ß", "O L D ss"},
      {"Στοπ", "ΣΤΟΠ"},
      {"ς", "σ"},
      {"Ёлка", "елка"},
      {"تَوَقَّف", "توقف"},  // Arabic, with vowels
      {"تـوقف", "توقف"}, // and stretched
      {"إيقاف", "ايقاف"},
      {"أٱآ", "ااا"},
      {"إلغاء الاشتراك", "الغاء الإشتراك"},
      {"الغى", "الغي"},
      {"کریں", "كريں"},      // Urdu
      {"הֵסֵר", "הסר"},        // Hebrew, with points
      {"रोकें", "रोके"},        // Hindi, without its dot
      {"ज़", "ज"},            // with a nukta
      {"ｽﾄｯﾌﾟ", "ストップ"}, // half width
      {"すとっぷ", "ストップ"},
      {"stop\xFF", "st\xC3op"}, // broken bytes
  };
  for (const auto& [a, b] : pairs)
    EXPECT_EQ(key_of(a), key_of(b)) << a << " and " << b;
}

TEST(word_keys, differ_for_other_words) {
  const std::pair<const char*, const char*> pairs[] = {
      {"stop", "stopp"}, {"stop", "step"}, {"stop1", "stop"}, {"रोको", "रक"},
      {"หยุด", "หยด"},    {"停止", "停"},   {"중지", "즁지"},  {"стоп", "stop"}};
  for (const auto& [a, b] : pairs)
    EXPECT_NE(key_of(a), key_of(b)) << a << " and " << b;
}

TEST(word_keys, are_empty_without_a_word) {
  for (const auto& text : {""s, " "s, "!?…"s, "🛑"s, "\xFF\xFE"s, "\0"s, "\u200b"s})
    EXPECT_EQ(key_of(text), "") << ::testing::PrintToString(text);
}

TEST(word_keys, of_long_texts_are_whole) {
  const std::string text(10'000, 'a');
  EXPECT_GE(key_of(text).size(), text.size());
  EXPECT_NE(key_of(text), key_of(text + "b"));
}

TEST(word_keys, may_be_made_by_many_threads) {
  const auto wanted = key_of("désabonner");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i)
        ASSERT_EQ(key_of("DESABONNER"), wanted);
    });
  for (auto& thread : threads)
    thread.join();
}

TEST(icu_stop_words, in_any_spelling) {
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
    EXPECT_TRUE(words().is_stop(text)) << text;
}

TEST(icu_stop_words, but_not_in_sentences) {
  for (const auto* text :
       {"", " ", "!!!", "please don't stop", "stop it", "When does the bus stop?", "nonstop", "no",
        "yes", "start", "stopwatch", "ok stop sending me so many of these messages please",
        "\xFF\xFE", "red"})
    EXPECT_FALSE(words().is_stop(text)) << text;
  EXPECT_FALSE(words().is_stop(std::string(100'000, 'x') + "stop"));
}

TEST(icu_stop_words, of_the_configuration) {
  const std::vector<std::string> extra{"Genug!", "Ra\xC4\xABti"};
  const core::stop_words with{key_of, extra};
  EXPECT_TRUE(with.is_stop("genug"));
  EXPECT_TRUE(with.is_stop("RAITI"));
  EXPECT_FALSE(words().is_stop("genug"));
}

TEST(icu_start_words, resume) {
  for (const auto* text : {"START", "unstop", "Подписаться", "Alta", "शुरू", "Bắt đầu", "S'abonner"})
    EXPECT_TRUE(words().is_start(text)) << text;
  EXPECT_FALSE(words().is_start("stop"));
  EXPECT_FALSE(words().is_start("start the car"));
}

TEST(icu_stop_words, survive_every_pair_of_bytes) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b)};
      EXPECT_FALSE(words().is_stop(text));
    }
  }
}

} // namespace
