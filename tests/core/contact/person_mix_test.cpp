/// The sides of people: even, the same for ever, and another for each salt.

#include "stentor/core/contact/person_mix.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace stentor::core {
namespace {

TEST(a_persons_side, is_the_same_for_ever) {
  EXPECT_EQ(person_mix(4915112345678, 0), person_mix(4915112345678, 0));
  EXPECT_NE(person_mix(4915112345678, 0), person_mix(4915112345678, 1));
  static_assert(person_mix(0, 0) == 0);
}

TEST(a_persons_side, splits_neighbouring_phone_numbers_evenly) {
  for (const std::int64_t salt : {1LL, 77LL, 0x1234'5678'9abc'def0LL, -3LL}) {
    constexpr int n = 100'000;
    std::array<int, 16> bands{};
    for (int i = 0; i < n; ++i) {
      const auto h = person_mix(919'978'000'000 + static_cast<person_key>(i), salt);
      ASSERT_GE(h, 0);
      ++bands[static_cast<std::size_t>(h >> 27)];
    }
    const double expected = n / 16.0;
    for (const auto count : bands)
      EXPECT_LT(std::abs(count - expected), 5 * std::sqrt(expected)) << salt;
  }
}

TEST(a_persons_side, of_two_campaigns_have_nothing_to_do_with_each_other) {
  int both = 0;
  constexpr int n = 100'000;
  for (int i = 0; i < n; ++i) {
    const auto person = 491'510'000'000 + static_cast<person_key>(i);
    both += (person_mix(person, 11) >> 30) == 0 && (person_mix(person, 12) >> 30) == 0 ? 1 : 0;
  }
  EXPECT_NEAR(both, n / 4.0, 5 * std::sqrt(n * 0.25 * 0.75));
}

} // namespace
} // namespace stentor::core
