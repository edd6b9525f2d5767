/// Who may be written to.

#include "stentor/core/contact/consent.hpp"

#include <gtest/gtest.h>

namespace stentor::core {
namespace {

TEST(blocking, follows_the_table) {
  using enum message_class;
  constexpr auto none = block::none;
  constexpr auto stop_ = block::stopped;
  constexpr auto refused = block::no_consent;
  const struct {
    message_class message;
    stop stopped;
    block expected[3]; ///< by consent: unknown, given, withdrawn
  } table[] = {
      {marketing, stop::none, {none, none, refused}},
      {marketing, stop::by_person, {stop_, stop_, stop_}},
      {marketing, stop::by_operator, {stop_, stop_, stop_}},
      {utility, stop::none, {none, none, none}},
      {utility, stop::by_person, {stop_, stop_, stop_}},
      {utility, stop::by_operator, {stop_, stop_, stop_}},
      {service, stop::none, {none, none, none}},
      {service, stop::by_person, {none, none, none}},
      {service, stop::by_operator, {stop_, stop_, stop_}},
  };
  for (const auto& row : table)
    for (int c = 0; c < 3; ++c)
      EXPECT_EQ(blocked(row.message, row.stopped, static_cast<consent>(c)), row.expected[c])
          << static_cast<int>(row.message) << " " << static_cast<int>(row.stopped) << " " << c;
}

} // namespace
} // namespace stentor::core
