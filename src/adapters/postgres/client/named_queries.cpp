#include "adapters/postgres/client/named_queries.hpp"

#include "adapters/postgres/client/embedded.hpp"

#include <cstdio>
#include <cstdlib>

namespace stentor::postgres {

namespace {

constexpr std::string_view marker = "-- name:";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::map<std::string, std::string> load() {
  std::map<std::string, std::string> all;
  for (const auto& file : embedded::queries()) {
    std::string problem;
    for (auto& [name, text] : blocks_of(file.text, problem))
      if (!all.emplace(name, std::move(text)).second)
        problem = "two queries are named '" + name + "'";
    if (!problem.empty()) {
      std::fprintf(stderr, "stentor: %s.sql: %s\n", std::string{file.name}.c_str(),
                   problem.c_str());
      std::abort();
    }
  }
  return all;
}

} // namespace

std::map<std::string, std::string> blocks_of(std::string_view file, std::string& problem) {
  std::map<std::string, std::string> blocks;
  auto at = file.starts_with(marker) ? 0 : file.find("\n-- name:");
  while (at != std::string_view::npos) {
    if (file[at] == '\n')
      ++at;
    const auto line_end = std::min(file.find('\n', at), file.size());
    const auto next = file.find("\n-- name:", line_end);
    const auto name = trimmed(file.substr(at + marker.size(), line_end - at - marker.size()));
    const auto text =
        trimmed(file.substr(line_end, next == std::string_view::npos ? next : next - line_end));
    if (name.empty() || text.empty())
      problem = "a block without name or statement";
    else if (!blocks.emplace(name, text).second)
      problem = "two queries are named '" + std::string{name} + "'";
    at = next;
  }
  return blocks;
}

const std::map<std::string, std::string>& all_queries() {
  static const auto all = load();
  return all;
}

const std::string* find_query(const std::string& name) {
  const auto& all = all_queries();
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

} // namespace stentor::postgres
