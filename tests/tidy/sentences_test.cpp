/// Sentences that answers bring: each code that the program makes stands in docs/sentences.md with
/// its text, and every code that stands there is made. Each message says what to do instead.

#include "tests/tidy/sources.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace tidy;

/// A sentence as written: its code and its pattern.
using sentences = std::map<std::string, std::string>;

void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
}

/// The string literal, or several side by side, with which `text` begins; none when none does.
std::optional<std::string> take_literal(std::string_view& text) {
  std::optional<std::string> all;
  for (skip_spaces(text); text.starts_with('"'); skip_spaces(text)) {
    text.remove_prefix(1);
    if (!all)
      all.emplace();
    for (; !text.empty() && text.front() != '"'; text.remove_prefix(1)) {
      if (text.front() == '\\')
        text.remove_prefix(1);
      all->push_back(text.front());
    }
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
  }
  return all;
}

void add(sentences& known, const std::string& code, const std::string& pattern,
         const std::string& where) {
  const auto [known_one, added] = known.try_emplace(code, pattern);
  EXPECT_EQ(known_one->second, pattern)
      << where << ": the code " << code << " has one text; give the other sentence its own code.";
}

sentences made_in_program() {
  const std::string call = std::string{"make_sentence"} + "(";
  sentences made;
  for (const auto& s : sources()) {
    if (s.in("tests/") || s.in("bench/") || s.path.find("core/base/sentence.hpp") != s.path.npos)
      continue;
    std::string all;
    for (const auto& line : s.lines)
      all += line + "\n";
    for (auto at = all.find(call); at != std::string::npos; at = all.find(call, at + 1)) {
      auto rest = std::string_view{all}.substr(at + call.size());
      if (rest.starts_with("std::string_view")) // its own definition
        continue;
      const auto code = take_literal(rest);
      rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
      const auto pattern = take_literal(rest);
      if (code && pattern)
        add(made, *code, *pattern, s.path);
      else
        ADD_FAILURE() << s.path << ": write code and text as literals, so that the list of "
                      << "sentences can be held together with them.";
    }
  }
  return made;
}

/// The rows | `code` | text | of the page.
sentences told_on_page() {
  std::ifstream page{std::string{STENTOR_SOURCE_DIR} + "/docs/sentences.md"};
  sentences told;
  for (std::string line; std::getline(page, line);) {
    constexpr std::string_view begin = "| `", middle = "` | ", end = " |";
    const auto code_end = line.find(middle);
    if (!line.starts_with(begin) || code_end == std::string::npos || !line.ends_with(end))
      continue;
    const auto text_begin = code_end + middle.size();
    const auto code = line.substr(begin.size(), code_end - begin.size());
    EXPECT_FALSE(told.contains(code)) << "docs/sentences.md names " << code << " twice.";
    told[code] = line.substr(text_begin, line.size() - text_begin - end.size());
  }
  return told;
}

TEST(sentences_of_answers, stand_in_the_list) {
  const auto made = made_in_program();
  const auto told = told_on_page();
  EXPECT_GT(made.size(), 50U);
  for (const auto& [code, pattern] : made) {
    const auto row = told.find(code);
    if (row == told.end() || row->second != pattern)
      ADD_FAILURE() << "docs/sentences.md lacks this row:\n| `" << code << "` | " << pattern
                    << " |";
  }
  for (const auto& [code, pattern] : told)
    EXPECT_TRUE(made.contains(code))
        << "docs/sentences.md names " << code << ", which nothing says any more: keep the row only "
        << "while something does.";
}

TEST(sentences_of_answers, have_codes_in_snake_case) {
  for (const auto& [code, pattern] : made_in_program())
    EXPECT_EQ(code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos)
        << code;
}

} // namespace
