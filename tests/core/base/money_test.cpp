/// Amounts of money as integers.

#include "stentor/core/base/money.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::core {
namespace {

TEST(money, is_read_exactly) {
  EXPECT_EQ(micros_from("45000"), 45'000'000'000);
  EXPECT_EQ(micros_from("-12.5"), -12'500'000);
  EXPECT_EQ(micros_from("0.000001"), 1);
  EXPECT_EQ(micros_from("0.1"), 100'000);
  EXPECT_EQ(micros_from("4.5e4"), 45'000'000'000);
  EXPECT_EQ(micros_from("1.50000000000"), 1'500'000);
  EXPECT_EQ(micros_from("1e-6"), 1);
  EXPECT_EQ(micros_from("0"), 0);
  EXPECT_EQ(micros_from("000.000"), 0);
  EXPECT_EQ(micros_from("9000000000000"), 9'000'000'000'000'000'000);
}

TEST(money, is_nothing_else) {
  for (const char* no : {"", "-", ".", "e5", "1e400", "1e", "1,5", "0.0000001", "1e-7", "nan",
                         "inf", "12 EUR", "1.2.3", "9000000000001", "99999999999999999999", "+5"})
    EXPECT_FALSE(micros_from(no)) << no;
  EXPECT_FALSE(micros_from(std::string(1'000, '9')));
}

TEST(money, has_currencies_of_three_letters) {
  EXPECT_TRUE(is_currency("INR"));
  for (const char* no : {"", "inr", "IN", "EURO", "E1R"})
    EXPECT_FALSE(is_currency(no)) << no;
}

} // namespace
} // namespace stentor::core
