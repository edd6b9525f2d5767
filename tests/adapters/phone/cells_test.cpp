/// Cells of lists as people, spreadsheets and programs write them. The rule above all: no cell may
/// ever become another person's number.

#include "adapters/phone/numbering_plan.hpp"
#include "adapters/phone/phone_numbers.hpp"
#include "tests/support/sample_file.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace stentor {
namespace {

using ports::phone_problem;

const ports::phone_numbers& cells() {
  static const auto instance = phone::make_phone_numbers();
  return *instance;
}

/// Whether "invalid" is right as well as the number that is expected.
enum class strictness { exact, or_invalid };

void expect_rows(const std::string& file, const std::string& region, strictness how) {
  for (const auto& row : sample::rows_of("lists/numbers/" + file)) {
    const bool international = row.contains("msisdn");
    const auto& cell = row.at(international ? "msisdn" : "phone");
    const auto got =
        international ? cells().parse_international(cell, region) : cells().parse(cell, region);
    const auto& expected = row.at("expected");
    if (expected == "none") {
      EXPECT_NE(got.problem, phone_problem::none) << file << ": " << cell << " is " << got.digits;
      continue;
    }
    if (how == strictness::or_invalid && got.problem != phone_problem::none)
      continue;
    EXPECT_EQ(std::to_string(got.digits), expected == "us" ? cell.substr(1) : expected)
        << file << ": " << cell << ", " << to_string(got.problem);
    EXPECT_EQ(got.united_states, expected == "us") << file << ": " << cell;
  }
}

TEST(cells, with_a_decimal_tail_lose_it) {
  expect_rows("decimals_phone.csv", "", strictness::or_invalid);
  expect_rows("decimals_msisdn.csv", "", strictness::or_invalid);
  for (const char* tail : {"62812345678.0", "+436641234567.00", "+49 15112345678.0",
                           "62812345679.00", "6.2812345671E+10", "62812345672,0",
                           "9.19979123456E11", "6.28123456720e10", "628,123,456,789.00"})
    EXPECT_EQ(cells().parse_international(tail, "").problem, phone_problem::none) << tail;
  for (const char* lost : {"6.281234567E10", "9.19979E+11", "62812345678.5", "62812345678.000",
                           "6,28123E+10", "6.2812345678E1", "6.2812345678E-10", "1E10", "E10"})
    EXPECT_NE(cells().parse_international(lost, "").problem, phone_problem::none) << lost;
}

TEST(cells, with_text_behind_the_number_are_that_number_or_none) {
  expect_rows("text_behind.csv", "", strictness::or_invalid);
  for (const auto& [cell, digits] :
       std::vector<std::pair<std::string, std::uint64_t>>{{"+62812345678 Ana", 62812345678},
                                                          {"+62812345671 (ibu)", 62812345671},
                                                          {"+43664123456, Max", 43664123456},
                                                          {"+4915112345678 (mobil)", 4915112345678},
                                                          {"Mobil: +4915112345679", 4915112345679},
                                                          {"+49 (0)151 12345670", 4915112345670}})
    EXPECT_EQ(cells().parse(cell, "").digits, digits) << cell;
}

TEST(cells, with_hidden_digits_are_nobodys) {
  for (const char* cell :
       {"+43 664 ***4567", "+43664123***", "+43664123xxx", "+43 664 123 xxx", "+43664123 XX",
        "+43664123…", "+43664123...", "+43664123 ###", "+43 664 --- 4567 123", "+43664123____",
        "+43 664 123 •••", "+43 664 () 4567123", "***43664123", "+43664123?"})
    EXPECT_NE(cells().parse(cell, "").problem, phone_problem::none) << cell;
}

TEST(cells, in_ranges_of_today_are_numbers) {
  expect_rows("plans_of_today.csv", "", strictness::exact);
}

TEST(cells, may_be_decorated) {
  expect_rows("decorated_phone.csv", "", strictness::exact);
  expect_rows("decorated_msisdn.csv", "", strictness::exact);
}

TEST(cells, without_plus_are_no_number_of_the_region) {
  expect_rows("without_plus_germany.csv", "DE", strictness::exact);
  expect_rows("without_plus_indonesia.csv", "ID", strictness::exact);
}

TEST(cells, that_can_be_read_in_two_ways_are_refused) {
  const std::pair<const char*, const char*> both[] = {
      {"15162345678", "DE"},      // a mobile phone of Germany without its zero, or New York
      {"6592345678", "US"},       // Alabama, or a mobile phone of Singapore
      {"+39 (0)333 1234567", ""}, // a mobile phone of Italy, or a land line near Bergamo
      {"001 6581234567", "ID"},   // Singapore dialled through a carrier, or Jamaica
  };
  for (const auto& [cell, region] : both) {
    const auto got = cells().parse(cell, region);
    EXPECT_TRUE(got.problem != phone_problem::none || got.digits == 393331234567) << cell;
  }
  EXPECT_EQ(cells().parse("15162345678", "DE").problem, phone_problem::ambiguous);
}

TEST(cells, say_two_numbers_only_to_be_refused) {
  for (const char* cell : {"+4915112345678 +4915112345679", "+4915112345678, +4915112345679",
                           "+4915112345678;+4915112345679", "+4915112345678 oder 030 12345678",
                           "+436641234567 / +436641234568", "+43664123456, 789", "+43664123456 7",
                           "+43664123456 (2)", "+43664123456 Ana 2"})
    EXPECT_NE(cells().parse(cell, "").problem, phone_problem::none) << cell;
  EXPECT_EQ(cells().parse("+49 151/12345678", "").digits, 4915112345678U);
  EXPECT_EQ(cells().parse("0664 / 123 45 67", "AT").digits, 436641234567U);
}

/// Mobile numbers of every country that has some, by its numbering plan: digits at random until one
/// fits.
std::vector<std::string> find_numbers() {
  std::mt19937 random{20261127}; // NOLINT: the same numbers in every run
  const phone::numbering_plan plan;
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const auto region : plan.regions()) {
    const auto code = std::to_string(plan.calling_code(region));
    for (int found = 0, tries = 0; found < 3 && tries < 20'000; ++tries) {
      std::string digits = code;
      for (auto more = 4 + random() % 8; more > 0; --more)
        digits += static_cast<char>('0' + random() % 10);
      const auto verdict = plan.check(digits);
      const auto read = cells().parse("+" + digits, "");
      if (verdict.valid && verdict.mobile && std::to_string(read.digits) == digits &&
          seen.insert(digits).second) {
        all.push_back(digits);
        ++found;
      }
    }
  }
  return all;
}

const std::vector<std::string>& valid_numbers() {
  static const auto all = find_numbers();
  return all;
}

struct decoration {
  const char* name;
  std::function<std::string(const std::string&)> apply;
};

std::string apart(const std::string& text, std::size_t at, const std::string& what) {
  return at >= text.size() ? text : text.substr(0, at) + what + text.substr(at);
}

/// What stands before a number and around it.
const std::vector<decoration>& wrappings() {
  static const std::vector<decoration> all = {
      {"nothing", [](const std::string& n) { return n; }},
      {"blank", [](const std::string& n) { return " " + n + " "; }},
      {"apostrophe", [](const std::string& n) { return "'" + n; }},
      {"formula", [](const std::string& n) { return "=\"" + n + "\""; }},
      {"direction", [](const std::string& n) { return "\u202A" + n + "\u202C"; }},
      {"zero-width", [](const std::string& n) { return "\u200B" + n + "\uFEFF"; }},
      {"no-break", [](const std::string& n) { return "\u00A0" + n; }},
      {"label", [](const std::string& n) { return "Mobil: " + n; }},
      {"scheme", [](const std::string& n) { return "whatsapp:" + n; }},
      {"quotes", [](const std::string& n) { return "\u201C" + n + "\u201D"; }},
  };
  return all;
}

/// What people, spreadsheets and data frames put behind a number.
const std::vector<const char*>& endings() {
  static const std::vector<const char*> all = {
      "",        " Ana",     " (ibu)", " new",       " ext",    " Max",        " (neu)", " mob",
      " / 456",  "/0",       " / 79",  "/68",        " or 679", "*1",          " - 2",   " [2]",
      " 2x",     ".0",       ".00",    ".5",         ",0",      ",00",         ".",      " 7",
      " ext 12", " x3",      "-1",     "(2)",        ";12",     " +491511234", "#5",     "...",
      "xx",      " 123-456", "E0",     "E+1",        " Ana 2",  "\u2026",      " ~3",    ", 030 12",
      "_9",      " or\n12",  " | 12",  " a.k.a. 99", "'0",      "´9",          "\u00B71"};
  return all;
}

/// Ways to break digits into groups.
const std::vector<decoration>& groupings() {
  static const std::vector<decoration> all = {
      {"none", [](const std::string& n) { return n; }},
      {"blank", [](const std::string& n) { return apart(n, n.size() - 6, " "); }},
      {"thin", [](const std::string& n) { return apart(n, n.size() - 4, "\u2009"); }},
      {"dots", [](const std::string& n) { return apart(apart(n, n.size() - 3, "."), 4, "."); }},
      {"hyphen", [](const std::string& n) { return apart(n, 5, "-"); }},
      {"mark", [](const std::string& n) { return apart(n, 6, "\u200F"); }},
      {"slash", [](const std::string& n) { return apart(n, 5, "/"); }},
      {"late slash", [](const std::string& n) { return apart(n, n.size() - 2, "/"); }},
      {"bracket", [](const std::string& n) { return apart(apart(n, 5, ") "), 3, " ("); }},
      {"arabic",
       [](const std::string& n) {
         std::string text;
         for (const char c : n)
           text += c >= '0' && c <= '9' ? std::string{"\xD9"} + static_cast<char>('\xA0' + c - '0')
                                        : std::string{c};
         return text;
       }},
  };
  return all;
}

/// Every decoration singly and combined: the result is that number or none, never another one.
TEST(cells, never_become_another_persons_number) {
  std::mt19937 random{20261127}; // NOLINT: the same numbers in every run
  const auto& valid = valid_numbers();
  ASSERT_GT(valid.size(), 500U);
  std::size_t read = 0;
  std::size_t tried = 0;
  for (const auto& digits : valid) {
    const std::string writings[] = {"+" + digits, "00" + digits, "+00" + digits, digits};
    for (int i = 0; i < 60; ++i) {
      const auto& writing = writings[i < 30 ? 0 : random() % 4];
      const auto& grouping = groupings()[i % 3 == 0 ? 0 : random() % groupings().size()];
      const auto& wrapping = wrappings()[i % 3 == 1 ? 0 : random() % wrappings().size()];
      const std::string ending = endings()[i % 3 == 2 ? 0 : random() % endings().size()];
      const auto cell = wrapping.apply(grouping.apply(writing) + ending);
      const auto got = &writing == &writings[3] ? cells().parse_international(cell, "")
                                                : cells().parse(cell, "");
      ++tried;
      read += got.problem == phone_problem::none ? 1 : 0;
      if (got.problem == phone_problem::none) {
        ASSERT_EQ(std::to_string(got.digits), digits)
            << cell << " (" << grouping.name << ", " << wrapping.name << ")";
      }
    }
  }
  EXPECT_GT(read * 3, tried) << "decoration must not cost most of the numbers";
}

TEST(cells, without_their_plus_never_become_a_number_of_the_region) {
  for (const auto& digits : valid_numbers())
    for (const char* region : {"DE", "ID", "IN", "BR", "US", "GB", "IT", "MX", "AT", "ZA", "FR"}) {
      const auto got = cells().parse(digits, region);
      if (got.problem == phone_problem::none) {
        ASSERT_EQ(std::to_string(got.digits), digits) << digits << " in " << region;
      }
    }
}

TEST(cells, with_one_digit_hidden_are_nobodys) {
  std::mt19937 random{815}; // NOLINT: the same numbers in every run
  for (const auto& digits : valid_numbers())
    for (const char* hidden : {"*", "x", "X", "#", "?", "_", "\u2022", "xx", "***"}) {
      auto cell = "+" + digits;
      cell.replace(3 + random() % (cell.size() - 3), 1, hidden);
      ASSERT_NE(cells().parse(cell, "").problem, phone_problem::none) << cell;
    }
}

} // namespace
} // namespace stentor
