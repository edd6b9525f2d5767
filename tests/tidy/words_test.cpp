/// Words that have no place where they stand: markers, sleeps, clocks in core, SQL outside .sql
/// files, and functions that nobody calls. Each message says what to do instead.

#include "tests/tidy/exceptions.hpp"
#include "tests/tidy/sources.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tidy;

TEST(words, that_have_no_place_here) {
  // Put together here, so that this file does not find itself.
  const std::array<std::string, 3> markers{std::string{"TO"} + "DO", std::string{"FIX"} + "ME",
                                           std::string{"XX"} + "X"};
  for (const auto& s : sources()) {
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      for (const auto& marker : markers) {
        const auto found = s.lines[i].find(marker);
        const auto after = found + marker.size();
        const bool inside_a_word =
            found != std::string::npos && after < s.lines[i].size() &&
            (std::isupper(static_cast<unsigned char>(s.lines[i][after])) != 0 ||
             (found > 0 && std::isupper(static_cast<unsigned char>(s.lines[i][found - 1])) != 0));
        if (found != std::string::npos && !inside_a_word)
          ADD_FAILURE() << at(s, i) << marker
                        << ": do it now, or write an issue and leave the line out.";
      }
    }
  }
}

TEST(words, tests_do_not_sleep) {
  const auto call = std::string{"sleep"} + "_for";
  for (const auto& s : sources()) {
    // The support alone looks again and again, with a limit: other processes can't wake it.
    if (!s.in("tests/") || s.in("tests/support/"))
      continue;
    for (std::size_t i = 0; i < s.lines.size(); ++i)
      if (s.lines[i].find(call) != std::string::npos)
        ADD_FAILURE() << at(s, i)
                      << "a test that sleeps is slow and fails on a busy machine; wait for the "
                         "event, or advance a clock.";
  }
}

TEST(words, the_core_has_no_clock) {
  const auto now = std::string{"clock::"} + "now";
  for (const auto& s : sources()) {
    if (layer_of(s) != "core")
      continue;
    for (std::size_t i = 0; i < s.lines.size(); ++i)
      for (const auto* word :
           {now.c_str(), "std::random_device", "std::getenv", "std::cout", "std::cerr"})
        if (s.lines[i].find(word) != std::string::npos)
          ADD_FAILURE() << at(s, i) << word
                        << " in core; take the time (or the value) as an argument.";
  }
}

/// Statements of SQL are written in capitals here, so that a word of English is none.
bool is_sql(std::string_view text) {
  const auto begin = text.find_first_not_of(" \n(");
  if (begin == std::string_view::npos)
    return false;
  text.remove_prefix(begin);
  for (const std::string_view word : {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE",
                                      "ALTER", "DROP", "COPY", "TRUNCATE", "SET"})
    if (text.starts_with(word) && text.size() > word.size() &&
        (text[word.size()] == ' ' || text[word.size()] == '\n'))
      return true;
  return false;
}

TEST(words, sql_lives_in_sql_files) {
  amounts statements;
  for (const auto& s : sources()) {
    if (!s.in("src/"))
      continue;
    for (const auto& literal : s.parts.literals)
      if (is_sql(literal.text))
        ++statements[s.path];
  }
  hold_ratchet(statements, exceptions::sql_statements,
               "SQL outside a .sql file; write it as a named query of its feature, so that it is "
               "prepared and checked at start.");
}

bool word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Every word of the code with the number of its occurrences.
std::map<std::string, std::size_t, std::less<>> count_words() {
  std::map<std::string, std::size_t, std::less<>> words;
  for (const auto& s : sources()) {
    const auto& code = s.parts.code;
    for (std::size_t i = 0; i < code.size();) {
      auto end = i;
      while (end < code.size() && word_character(code[end]))
        ++end;
      if (end > i)
        ++words[code.substr(i, end - i)];
      i = end + 1;
    }
  }
  return words;
}

std::string last_name(const std::string& name) {
  const auto colon = name.rfind(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

TEST(words, every_declared_function_is_used) {
  auto uses = count_words();
  struct place {
    std::string path;
    std::size_t line = 0;
  };
  std::map<std::string, place> declared;
  std::set<std::string> classes;
  for (const auto& s : sources()) {
    for (const auto& d : s.parts.declarations) {
      const auto name = last_name(d.name);
      --uses[name];
      if (s.header() && name != "operator" && name.find('~') == std::string::npos)
        declared.insert({name, {s.path, d.line}});
    }
    for (const auto& f : s.parts.functions)
      --uses[last_name(f.name)];
    for (const auto& c : s.parts.classes)
      classes.insert(c.name);
  }
  amounts dead;
  for (const auto& [name, where] : declared)
    if (!classes.contains(name) && uses[name] == 0)
      dead[where.path + " " + name] = 1;
  hold_ratchet(dead, exceptions::unused_functions,
               "declared, and used nowhere; take it out, or use it.");
}

} // namespace
