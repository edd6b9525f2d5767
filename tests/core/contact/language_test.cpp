/// Which language a person gets, for each way in which people write one.

#include "stentor/core/contact/language.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace languages {

using namespace stentor::core;
using namespace std::string_literals;

TEST(language, has_one_spelling) {
  const std::pair<std::string, std::string> spellings[] = {{"en", "en"},
                                                           {"EN", "en"},
                                                           {" pt-BR ", "pt_br"},
                                                           {"pt_BR", "pt_br"},
                                                           {"zh_HK", "zh_hk"},
                                                           {"fil", "fil"},
                                                           {"sr-Latn-RS", "sr_latn_rs"},
                                                           {"es_419", "es_419"},
                                                           {"\xC2\xA0"s
                                                            "de",
                                                            "de"}};
  for (const auto& [text, key] : spellings)
    EXPECT_EQ(language_key(text), key) << text;
}

TEST(language, is_nothing_else) {
  for (const auto& text : {""s, " "s, "e"s, "english"s, "Português"s, "pt_"s, "_BR"s, "pt__BR"s,
                           "pt_BR.UTF-8"s, "p1"s, "12"s, "en\0US"s, "en us"s, "pt_abcdefghi"s,
                           std::string(200, 'a'), "en_"s + std::string(200, 'a'), "de\xFF"s})
    EXPECT_EQ(language_key(text), "") << text;
}

TEST(language, is_the_very_one_else_the_same_without_region_else_the_first) {
  const std::vector<std::string> all{"en_US", "pt_BR", "pt_PT", "de", "en_GB", "zh_CN"};
  const std::pair<std::string, std::string> wanted[] = {
      {"pt_PT", "pt_PT"}, {"PT-pt", "pt_PT"},   {"pt", "pt_BR"},
      {"pt_AO", "pt_BR"}, {"de_AT", "de"},      {"en", "en_US"},
      {"en_GB", "en_GB"}, {"en_IN", "en_US"},   {"fr", "en_US"},
      {"", "en_US"},      {"english", "en_US"}, {std::string(200, 'd'), "en_US"}};
  for (const auto& [text, language] : wanted)
    EXPECT_EQ(all[chosen_language(all, text)], language) << text;
}

TEST(language, without_a_region_goes_before_another_region) {
  const std::vector<std::string> all{"en", "pt_BR", "pt"};
  EXPECT_EQ(chosen_language(all, "pt_PT"), 2U);
  EXPECT_EQ(chosen_language(all, "pt_BR"), 1U);
}

TEST(language, of_nobodys_choice_is_the_first) {
  EXPECT_EQ(chosen_language({}, "pt"), 0U);
}

} // namespace languages
