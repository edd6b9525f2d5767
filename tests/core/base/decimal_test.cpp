/// Numbers of JSON, digit by digit.
#include "stentor/core/base/decimal.hpp"

#include <gtest/gtest.h>

#include <random>

namespace stentor::core {
namespace {

decimal of(std::string_view text) {
  const auto made = decimal::from(text);
  EXPECT_TRUE(made) << text;
  return made.value_or(decimal{});
}

TEST(decimals, are_what_json_takes_for_a_number) {
  for (const char* bad : {"", "-", "+1", "01", "1.", ".5", "1e", "1e+", "1 ", "0x1", "NaN",
                          "1e999999999999", "1e100001"})
    EXPECT_FALSE(decimal::from(bad)) << bad;
  EXPECT_EQ(of("1250e-3").to_text(), "125e-2");
  EXPECT_EQ(of("-0.0").to_text(), "0");
  EXPECT_EQ(of("1e400").to_text(), "1e400");
  EXPECT_EQ(of("0.5").magnitude(), -1);
  EXPECT_EQ(of("125").magnitude(), 2);
}

TEST(decimals, compare_exactly) {
  const char* ascending[] = {"-1e300",
                             "-10",
                             "-2",
                             "-1.5",
                             "-1e-300",
                             "0",
                             "1e-300",
                             "0.1",
                             "0.11",
                             "9007199254740992",
                             "9007199254740993",
                             "1e17"};
  for (std::size_t a = 0; a < std::size(ascending); ++a)
    for (std::size_t b = 0; b < std::size(ascending); ++b)
      EXPECT_EQ(of(ascending[a]) <=> of(ascending[b]), a <=> b) << ascending[a] << ascending[b];
  EXPECT_EQ(of("0.10"), of("1e-1"));
  EXPECT_EQ(of("-0"), of("0e5"));
}

TEST(decimals, add_as_integers_do) {
  std::mt19937_64 random{20'261'128};
  for (int i = 0; i < 20'000; ++i) {
    const auto a = static_cast<std::int64_t>(random() >> (2 + random() % 60)) - 500;
    const auto b = 300 - static_cast<std::int64_t>(random() >> (2 + random() % 60));
    ASSERT_EQ(decimal{a} + decimal{b}, decimal{a + b}) << a << ' ' << b;
    ASSERT_EQ(decimal{a} <=> decimal{b}, a <=> b);
    const auto factor = static_cast<std::uint32_t>(random() % 1'000'000);
    ASSERT_EQ(decimal{a % 1'000'000}.times(factor), decimal{a % 1'000'000 * factor});
  }
  EXPECT_EQ(of("0.1") + of("0.2"), of("0.3"));
  EXPECT_EQ(of("1e20") + of("-1"), of("99999999999999999999"));
  EXPECT_EQ(decimal::of_micros(-1'500'000), of("-1.5"));
}

} // namespace
} // namespace stentor::core
