/// How long files, lines, functions and ports get, and what a header carries. Each message says
/// what to do instead.

#include "tests/tidy/exceptions.hpp"
#include "tests/tidy/sources.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace tidy;

constexpr std::size_t columns_max = 120;
constexpr std::size_t function_lines_max = 60;
constexpr std::size_t port_methods_max = 8;

std::size_t lines_max(const source& s) {
  return s.in("src/") || s.in("actors/") || s.in("include/") ? 400 : 500;
}

/// What ends the raw string literal that is open after this line; empty when none is.
std::string raw_end_after(const std::string& line, std::string end) {
  for (std::size_t at = 0;;) {
    if (!end.empty()) {
      const auto closed = line.find(end, at);
      if (closed == std::string::npos)
        return end;
      at = closed + end.size();
      end.clear();
    }
    const auto opened = line.find("R\"", at);
    const auto bracket = opened == std::string::npos ? opened : line.find('(', opened);
    if (bracket == std::string::npos)
      return end;
    end = ")" + line.substr(opened + 2, bracket - opened - 2) + "\"";
    at = bracket + 1;
  }
}

TEST(files, stay_short_enough_to_read) {
  amounts too_long;
  for (const auto& s : sources())
    if (s.lines.size() > lines_max(s))
      too_long[s.path] = s.lines.size();
  hold_ratchet(too_long, exceptions::file_lines,
               "a file of src, actors and include has at most 400 lines, another one 500; split it "
               "by purpose.");
}

TEST(files, have_lines_that_fit_on_a_screen) {
  for (const auto& s : sources()) {
    std::string
        raw_end; ///< what ends the raw string literal that a line stands in: its text is data
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      const auto in_raw = !raw_end.empty();
      raw_end = raw_end_after(s.lines[i], raw_end);
      // Bytes that continue a UTF-8 character take no column.
      const auto columns =
          static_cast<std::size_t>(std::count_if(s.lines[i].begin(), s.lines[i].end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
          }));
      const bool unbreakable = in_raw || !raw_end.empty() ||
                               s.lines[i].find("R\"") != std::string::npos ||
                               s.lines[i].find("://") != std::string::npos;
      if (columns > columns_max && !unbreakable)
        ADD_FAILURE() << at(s, i) << columns << " columns; clang-format -i breaks it below "
                      << columns_max << ".";
      if (s.lines[i].find('\t') != std::string::npos)
        ADD_FAILURE() << at(s, i) << "a tab; clang-format -i uses spaces.";
    }
  }
}

TEST(headers, guard_and_explain_themselves) {
  for (const auto& s : sources()) {
    if (!s.header())
      continue;
    const auto begins = [&](std::string_view text) {
      return std::any_of(s.lines.begin(),
                         s.lines.begin() +
                             static_cast<std::ptrdiff_t>(std::min<std::size_t>(12, s.lines.size())),
                         [&](const std::string& line) { return line.starts_with(text); });
    };
    EXPECT_TRUE(begins("#pragma once")) << s.path << " must begin with #pragma once.";
    EXPECT_TRUE(begins("///"))
        << s.path
        << " must say in its first lines, behind ///, what it is and which threads may use it.";
  }
}

TEST(functions, stay_short_enough_to_read) {
  amounts too_long;
  for (const auto& s : sources())
    for (const auto& f : s.parts.functions)
      if (f.length > function_lines_max)
        too_long[s.path + " " + f.name] = f.length;
  hold_ratchet(too_long, exceptions::function_lines,
               "a function has at most 60 lines; give its steps names of their own.");
}

TEST(ports, ask_for_little) {
  amounts too_wide;
  for (const auto& s : sources())
    if (layer_of(s) == "ports")
      for (const auto& c : s.parts.classes)
        if (c.virtual_methods > port_methods_max)
          too_wide[s.path + " " + c.name] = c.virtual_methods;
  hold_ratchet(too_wide, exceptions::port_methods,
               "a port has at most eight methods; cut it by subject, not by caller.");
}

TEST(sources, were_found) {
  EXPECT_GT(sources().size(), 50U);
  EXPECT_TRUE(std::any_of(sources().begin(), sources().end(),
                          [](const source& s) { return s.parts.functions.size() > 5; }));
}

} // namespace
