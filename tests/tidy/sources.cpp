#include "tests/tidy/sources.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tidy {

namespace fs = std::filesystem;

namespace {

std::vector<source> read_sources() {
  std::vector<source> all;
  const fs::path root{STENTOR_SOURCE_DIR};
  for (const auto* folder : {"include", "src", "actors", "bench", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator{root / folder}) {
      const auto ending = entry.path().extension();
      if (!entry.is_regular_file() || (ending != ".cpp" && ending != ".hpp"))
        continue;
      source s{fs::relative(entry.path(), root).generic_string(), {}, {}};
      std::ifstream file{entry.path()};
      for (std::string line; std::getline(file, line);)
        s.lines.push_back(std::move(line));
      s.parts = scan(s.lines);
      all.push_back(std::move(s));
    }
  }
  std::sort(all.begin(), all.end(),
            [](const source& a, const source& b) { return a.path < b.path; });
  return all;
}

} // namespace

const std::vector<source>& sources() {
  static const auto all = read_sources();
  return all;
}

std::string at(const source& s, std::size_t line) {
  return s.path + ":" + std::to_string(line + 1) + ": ";
}

std::string included(const std::string& line) {
  if (!line.starts_with("#include"))
    return {};
  const auto open = line.find_first_of("\"<");
  if (open == std::string::npos)
    return {};
  const auto close = line.find_first_of("\">", open + 1);
  return close == std::string::npos ? std::string{} : line.substr(open + 1, close - open - 1);
}

std::string layer_of(const source& s) {
  if (s.in("include/stentor/core/") || s.in("src/core/"))
    return "core";
  if (s.in("include/stentor/ports/") || s.in("src/ports/"))
    return "ports";
  for (const auto* layer : {"src/adapters", "src/api", "src/app", "actors", "bench", "tests"})
    if (s.in(std::string{layer} + "/"))
      return layer;
  return {};
}

void hold_ratchet(const amounts& found, const amounts& listed, std::string_view remedy) {
  for (const auto& [name, amount] : found) {
    const auto old = listed.find(name);
    if (old == listed.end())
      ADD_FAILURE() << name << " (" << amount << "): " << remedy;
    else if (amount > old->second)
      ADD_FAILURE() << name << " grew from " << old->second << " to " << amount << ": " << remedy;
    else if (amount < old->second)
      ADD_FAILURE() << name << " is better than its exception: lower " << old->second << " to "
                    << amount << " in tests/tidy/exceptions.hpp.";
  }
  for (const auto& [name, amount] : listed)
    if (!found.contains(name))
      ADD_FAILURE() << name << " (" << amount
                    << ") needs no exception any more: take it out of tests/tidy/exceptions.hpp.";
}

} // namespace tidy
