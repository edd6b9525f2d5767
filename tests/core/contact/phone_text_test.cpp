/// What digits a cell means. Which numbers exist is for adapters/phone, whose tests hold cells of
/// real lists against the numbering plans.

#include "stentor/core/contact/phone_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace stentor::core {
namespace {

/// "+digits", "digits" for a national number, "" for none; " ?n" for each seam.
std::string read_cell(std::string_view cell) {
  const auto n = read_phone_text(cell);
  if (n.form == phone_form::none)
    return "";
  auto text = (n.form == phone_form::international ? "+" : "") + std::string{n.digits()};
  for (std::size_t i = 0; i < n.seam_count; ++i)
    text += " ?" + std::to_string(n.seams[i]);
  return text;
}

TEST(phone_text, is_digits_without_decoration) {
  const std::pair<const char*, const char*> cells[] = {
      {"+4915112345678", "+4915112345678"},
      {"0151 1234-5678", "015112345678"},
      {"\u202A0049 151 12345678\u202C", "+4915112345678"},
      {"=\"0049 151 12345678\"", "+4915112345678"},
      {"+00 49 151", "+49151"},
      {"tel. 0151/12345678", "015112345678"},
      {"+49 (0)151 12345670", "+49015112345670"},
      {"\u0661\u0662\u0663", "123"},
      {"62,812,345,678.00", "62812345678"},
      {"4'915'112'345'678", "4915112345678"},
      {"6.2812345671E+10", "62812345671"},
      {"+4915112345678 (mobil)", "+4915112345678"}};
  for (const auto& [cell, digits] : cells)
    EXPECT_EQ(read_cell(cell), digits) << cell;
  EXPECT_EQ(read_phone_text("+49 (0)151 12345670").optional_zero, 2);
  EXPECT_EQ(read_phone_text("0049 (0)151 12345670").optional_zero, 2);
  EXPECT_TRUE(read_phone_text("0049151").dialled_abroad);
  EXPECT_FALSE(read_phone_text("+0049151").dialled_abroad);
}

TEST(phone_text, says_where_something_else_could_begin) {
  EXPECT_EQ(read_cell("+62812345679 - 2"), "+628123456792 ?11");
  EXPECT_EQ(read_cell("+43664123456 789"), "+43664123456789 ?11");
  EXPECT_EQ(read_cell("0049 15112345678 9"), "+49151123456789 ?13");
  EXPECT_EQ(read_cell("+43 664 123 45 67-68"), "+43664123456768 ?12");
  EXPECT_EQ(read_cell("+49 151 123 45 67"), "+491511234567");
  EXPECT_EQ(read_cell("+55 (11) 98765-4321"), "+5511987654321");
}

TEST(phone_text, is_nothing_where_digits_are_hidden_lost_or_too_many) {
  for (const char* cell :
       {"", " ", "call me", "+", "+43 664 ***4567", "+43664123xx", "+43664123...", "62812345678.5",
        "9.19979E+11", "+62812345674/0", "+62 812 345 676 or 679", "+62812345681 [2]", "a1b2c3",
        "+4915112345678mobil", "+4915112345678 +4915112345679", "151x2345678", "\xFF\xFE"})
    EXPECT_EQ(read_cell(cell), "") << cell;
  EXPECT_EQ(read_cell(std::string(251, '1')), "");
  EXPECT_EQ(read_cell(std::string(33, '1')), "");
}

TEST(phone_text, survives_whatever_two_marks_stand_anywhere) {
  for (const char a : std::string_view{"+-.,()/'\"=:*xE 0"})
    for (const char b : std::string_view{"+-.,()/'\"=:*xE 0"})
      for (std::size_t at = 0; at <= 6; ++at) {
        std::string cell = "491511";
        cell.insert(at, {a, b});
        const auto n = read_phone_text(cell);
        EXPECT_LE(n.digits().size(), 8U) << cell;
      }
}

TEST(readings, take_the_surer_one) {
  const phone_reading none;
  const phone_reading mobile{1, true};
  const phone_reading fixed{2, false};
  const phone_reading other{3, true};
  EXPECT_FALSE(the_surer(none, none));
  EXPECT_EQ(the_surer(none, fixed)->digits, 2U);
  EXPECT_EQ(the_surer(fixed, none)->digits, 2U);
  EXPECT_EQ(the_surer(fixed, mobile)->digits, 1U);
  EXPECT_EQ(the_surer(mobile, fixed)->digits, 1U);
  EXPECT_FALSE(the_surer(mobile, other));
  EXPECT_FALSE(the_surer(fixed, {4, false}));
  EXPECT_EQ(the_surer(fixed, {2, true})->digits, 2U);
}

} // namespace
} // namespace stentor::core
