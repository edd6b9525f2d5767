/// Cells like formulas: what is one, and that the apostrophe goes and comes back exactly.

#include "stentor/core/base/csv_cell.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::core {
namespace {

TEST(csv_cell, is_like_a_formula_by_its_begin) {
  for (const char* formula : {"=HYPERLINK(\"http://x/\"&A2)", "@SUM(1)|cmd", "-2+3", "+1+1", "\t=1",
                              "\r", "=", "-", "+", "'=1", "''-x", "+49 151 1234", "-1.2.3", "-1e5"})
    EXPECT_TRUE(is_like_formula(formula)) << formula;
  for (const char* harmless :
       {"", "Ana", "1-2", " =1", "+4915112345678", "-5", "-2.5", "+1,5", "'", "''", "'t Hooft"})
    EXPECT_FALSE(is_like_formula(harmless)) << harmless;
}

TEST(csv_cell, comes_back_as_it_was) {
  for (const std::string cell :
       {"=1", "'=1", "''=1", "-5", "'-5", "Ana", "'t", "@x", "'+49151123"}) {
    const auto exported = is_like_formula(cell) ? "'" + cell : cell;
    EXPECT_EQ(without_guard(exported), cell);
  }
}

} // namespace
} // namespace stentor::core
