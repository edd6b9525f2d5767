/// Filters of variables.

#include "stentor/core/message_template/slot_filter.hpp"

#include <gtest/gtest.h>

namespace stentor::core {
namespace {

std::string made(filter_kind kind, std::string_view value, std::string argument = {}) {
  return filtered({kind, std::move(argument)}, value).value_or("(none)");
}

TEST(slot_filter, changes_letters) {
  EXPECT_EQ(made(filter_kind::upper, "josé ß"), "JOSÉ ß");
  EXPECT_EQ(made(filter_kind::lower, "ÁRVORE ΑΒΓ"), "árvore αβγ");
  EXPECT_EQ(made(filter_kind::title, "ANA MARIA"), "Ana Maria");
  EXPECT_EQ(made(filter_kind::title, "éric mcCoy-o'neil"), "Éric McCoy-O'neil");
  EXPECT_EQ(made(filter_kind::title, " -a"), " -A");
  EXPECT_EQ(made(filter_kind::first, "Ana Maria"), "Ana");
  EXPECT_EQ(made(filter_kind::first, "Ana"), "Ana");
}

TEST(slot_filter, keeps_bytes_that_are_no_character) {
  EXPECT_EQ(made(filter_kind::upper, "a\xFFz"), "A\xFFZ");
  EXPECT_EQ(made(filter_kind::title, "\xC3"), "\xC3");
  EXPECT_EQ(made(filter_kind::title, ""), "");
}

TEST(slot_filter, writes_days_in_another_form) {
  EXPECT_EQ(made(filter_kind::date, "2026-12-04", "%d %B %Y"), "04 December 2026");
  EXPECT_EQ(made(filter_kind::date, "2026-12-04", "%a %e. %b %y, 100 %%"), "Fri 4. Dec 26, 100 %");
  EXPECT_EQ(made(filter_kind::date, "2026-12-04T09:05:00+05:30", "%A at %H:%M"), "Friday at 09:05");
  EXPECT_EQ(made(filter_kind::date, "2026-12-04 23:59", "%m/%d"), "12/04");
  for (const char* no : {"", "tomorrow", "2026-02-30", "2026-13-01", "2026/12/04",
                         "2026-12-04x09:05", "2026-12-04T25:00", "12-04-2026"})
    EXPECT_EQ(made(filter_kind::date, no, "%d"), "(none)") << no;
}

TEST(slot_filter, writes_money) {
  EXPECT_EQ(made(filter_kind::money, "4500000", "INR"), "₹45,00,000");
  EXPECT_EQ(made(filter_kind::money, "1234567.5", "USD"), "$1,234,567.50");
  EXPECT_EQ(made(filter_kind::money, "12.345", "KWD"), "KWD 12.345");
  EXPECT_EQ(made(filter_kind::money, "999.5", "JPY"), "¥1,000");
  EXPECT_EQ(made(filter_kind::money, "-0.001", "EUR"), "€0");
  EXPECT_EQ(made(filter_kind::money, "-3.07", "EUR"), "-€3.07");
  EXPECT_EQ(made(filter_kind::money, "a lot", "EUR"), "(none)");
}

TEST(slot_filter, says_what_is_wrong_with_an_argument) {
  EXPECT_EQ(problem_of({filter_kind::date, "%d %B"}), "");
  EXPECT_EQ(problem_of({filter_kind::money, "INR"}), "");
  EXPECT_EQ(problem_of({filter_kind::upper, ""}), "");
  EXPECT_NE(problem_of({filter_kind::upper, "x"}), "");
  EXPECT_NE(problem_of({filter_kind::date, ""}), "");
  EXPECT_NE(problem_of({filter_kind::date, "%Q"}), "");
  EXPECT_NE(problem_of({filter_kind::date, "100%"}), "");
  EXPECT_NE(problem_of({filter_kind::money, "rupees"}), "");
  EXPECT_NE(problem_of({filter_kind::money, ""}), "");
}

} // namespace
} // namespace stentor::core
