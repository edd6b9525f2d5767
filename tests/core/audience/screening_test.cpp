/// What a line of a list says about itself.

#include "stentor/core/audience/screening.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stentor::core {
namespace {

TEST(screening, follows_the_table) {
  using enum screen_reason;
  const struct {
    listed_person person;
    screen_reason marketing, utility;
  } table[] = {
      {{true, false, consent::unknown}, none, none},
      {{true, false, consent::given}, none, none},
      {{true, false, consent::withdrawn}, no_consent, none},
      {{true, true, consent::given}, united_states, none},
      {{true, true, consent::withdrawn}, no_consent, none},
      {{false, false, consent::given}, invalid_number, invalid_number},
      {{false, true, consent::withdrawn}, invalid_number, invalid_number},
  };
  int row = 0;
  for (const auto& [person, marketing, utility] : table) {
    EXPECT_EQ(screened(person, message_class::marketing), marketing) << row;
    EXPECT_EQ(screened(person, message_class::utility), utility) << row++;
  }
}

TEST(screening, has_a_name_and_a_sentence_for_every_reason) {
  std::set<std::string_view> names;
  for (const auto reason : screen_reasons) {
    names.insert(to_string(reason));
    EXPECT_TRUE(meaning_of(reason).ends_with("."));
  }
  EXPECT_EQ(names.size(), screen_reasons.size());
  EXPECT_TRUE(to_string(screen_reason::none).empty());
  EXPECT_TRUE(meaning_of(screen_reason::none).empty());
}

} // namespace
} // namespace stentor::core
