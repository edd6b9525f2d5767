/// What keeps the house in order and a compiler can't see: who may include whom, how long files and
/// lines get, what a header carries, and words that have no place here. Each message says what to
/// do instead.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t lines_max = 500;
constexpr std::size_t columns_max = 120;

struct source {
  std::string path; ///< from the project's root, with /
  std::vector<std::string> lines;

  [[nodiscard]] bool header() const { return path.ends_with(".hpp"); }
  [[nodiscard]] bool in(std::string_view folder) const { return path.starts_with(folder); }
};

std::vector<source> read_sources() {
  std::vector<source> all;
  const fs::path root{STENTOR_SOURCE_DIR};
  for (const auto* folder : {"include", "src", "actors", "bench", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator{root / folder}) {
      const auto ending = entry.path().extension();
      if (!entry.is_regular_file() || (ending != ".cpp" && ending != ".hpp"))
        continue;
      source s{fs::relative(entry.path(), root).generic_string(), {}};
      std::ifstream file{entry.path()};
      for (std::string line; std::getline(file, line);)
        s.lines.push_back(std::move(line));
      all.push_back(std::move(s));
    }
  }
  std::sort(all.begin(), all.end(),
            [](const source& a, const source& b) { return a.path < b.path; });
  return all;
}

const std::vector<source>& sources() {
  static const auto all = read_sources();
  return all;
}

std::string at(const source& s, std::size_t line) {
  return s.path + ":" + std::to_string(line + 1) + ": ";
}

/// The file that a line includes: "x/y.hpp" or <x/y.hpp> without its quotes; empty when it includes
/// none.
std::string included(const std::string& line) {
  if (!line.starts_with("#include"))
    return {};
  const auto open = line.find_first_of("\"<");
  if (open == std::string::npos)
    return {};
  const auto close = line.find_first_of("\">", open + 1);
  return close == std::string::npos ? std::string{} : line.substr(open + 1, close - open - 1);
}

/// "src/adapters/http2/pool.cpp" and "adapters/http2/pool.hpp" live in http2.
std::string adapter_of(std::string_view path) {
  constexpr std::string_view folder = "adapters/";
  const auto begin = path.find(folder);
  if (begin == std::string_view::npos)
    return {};
  path.remove_prefix(begin + folder.size());
  return std::string{path.substr(0, path.find('/'))};
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

/// The layer that an include of the project leads to; empty for libraries.
std::string target_layer(const std::string& file) {
  static const std::pair<std::string_view, const char*> places[] = {
      {"stentor/core/", "core"}, {"stentor/ports/", "ports"}, {"adapters/", "src/adapters"},
      {"actors/", "actors"},     {"api/", "src/api"},         {"app/", "src/app"},
      {"bench/", "bench"}};
  for (const auto& [prefix, layer] : places)
    if (file.starts_with(prefix))
      return layer;
  return {};
}

std::set<std::string> may_include(const std::string& layer) {
  if (layer == "core")
    return {"core"};
  if (layer == "ports")
    return {"core", "ports"};
  if (layer == "src/adapters")
    return {"core", "ports", "src/adapters"};
  if (layer == "actors")
    return {"core", "ports", "actors"};
  if (layer == "src/api")
    return {"core", "ports", "src/adapters", "src/api"};
  if (layer == "src/app")
    return {"core", "ports", "src/adapters", "actors", "src/api", "src/app"};
  if (layer == "bench")
    return {"core", "ports", "src/adapters", "actors", "src/api", "src/app", "bench"};
  return {"core",    "ports",   "src/adapters", "actors",
          "src/api", "src/app", "bench"}; // tests see everybody
}

TEST(includes, go_up_the_layers_only) {
  for (const auto& s : sources()) {
    const auto layer = layer_of(s);
    const auto allowed = may_include(layer);
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      const auto target = target_layer(included(s.lines[i]));
      if (!target.empty() && !allowed.contains(target))
        ADD_FAILURE() << at(s, i) << layer << " may not include " << target
                      << ". Say what you need as an interface in include/stentor/ports, and let "
                         "src/app wire it.";
    }
  }
}

/// Inside a layer live features, under the same names in every layer. What a feature may include,
/// besides itself and its layer's ground: the way is down this table, never up.
struct feature {
  std::string_view name;
  std::set<std::string_view> may_know;
};

const std::vector<feature>& features() {
  static const std::vector<feature> all = {
      {"base", {}},
      {"access", {}},
      {"contact", {}},
      {"message_template", {}},
      {"business_number", {}},
      {"delivery", {"contact", "message_template", "business_number"}},
      {"audience", {"contact", "delivery"}},
      {"inbox", {"contact", "delivery"}},
      {"campaign",
       {"contact", "message_template", "business_number", "delivery", "audience", "inbox"}},
      {"direct_message", {"contact", "message_template", "business_number", "delivery", "inbox"}},
      {"commerce", {"contact", "delivery", "inbox", "direct_message"}},
      {"insight", {"contact", "delivery", "audience", "campaign", "commerce"}},
      {"automation", {"contact", "delivery", "audience", "inbox", "campaign", "direct_message"}},
      {"dashboard", {"access"}},
  };
  return all;
}

/// Rooms of one layer that are no feature: its ground (true), on which every feature of the layer
/// stands, or its wiring (false), which knows every feature and which no feature knows.
const std::map<std::string, std::map<std::string, bool>>& rooms() {
  static const std::map<std::string, std::map<std::string, bool>> all = {
      {"core", {}},
      {"ports", {{"system", false}}},
      {"src/adapters/postgres", {{"client", true}, {"schema", true}, {"cluster", false}}},
      {"actors", {{"runtime", true}, {"supervisor", false}}},
      {"src/api", {{"http", true}, {"system", false}}},
  };
  return all;
}

/// "include/stentor/core/delivery/chunk.hpp": {"core", "delivery"}. The layer is empty for files
/// that no feature table is kept for: other adapters, app, bench, tests.
std::pair<std::string, std::string> room_of(std::string_view path) {
  static const std::pair<std::string_view, const char*> places[] = {
      {"include/stentor/core/", "core"},
      {"stentor/core/", "core"},
      {"src/core/", "core"},
      {"include/stentor/ports/", "ports"},
      {"stentor/ports/", "ports"},
      {"src/adapters/postgres/", "src/adapters/postgres"},
      {"adapters/postgres/", "src/adapters/postgres"},
      {"actors/", "actors"},
      {"src/api/", "src/api"},
      {"api/", "src/api"},
  };
  for (const auto& [prefix, layer] : places) {
    if (!path.starts_with(prefix))
      continue;
    path.remove_prefix(prefix.size());
    const auto end = path.find('/');
    return {layer, std::string{end == std::string_view::npos ? "" : path.substr(0, end)}};
  }
  return {};
}

const feature* feature_named(std::string_view name) {
  const auto found = std::find_if(features().begin(), features().end(),
                                  [&](const feature& f) { return f.name == name; });
  return found == features().end() ? nullptr : &*found;
}

TEST(features, have_the_same_names_in_every_layer) {
  for (const auto& s : sources()) {
    const auto [layer, room] = room_of(s.path);
    if (!layer.empty() && feature_named(room) == nullptr && !rooms().at(layer).contains(room))
      ADD_FAILURE() << s.path << ": '" << room
                    << "' is no feature. Put the file into the folder of "
                    << "the feature that it serves, or enter the new feature into features().";
  }
}

/// Arrows that must still go. A line may leave this list; none may come.
const std::set<std::pair<std::string, std::string>>& arrows_to_remove() {
  static const std::set<std::pair<std::string, std::string>> all = {
      {"audience", "campaign"},
      {"contact", "campaign"},
      {"delivery", "campaign"},
  };
  return all;
}

TEST(features, know_only_what_lies_below_them) {
  for (const auto& s : sources()) {
    const auto [layer, room] = room_of(s.path);
    const auto* own = feature_named(room);
    if (layer.empty() || own == nullptr)
      continue;
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      const auto [other_layer, other] = room_of(included(s.lines[i]));
      if (other_layer.empty() || other == room || other == "base" || own->may_know.contains(other))
        continue;
      const auto& special = rooms().at(other_layer);
      const auto ground = special.find(other);
      if (ground != special.end() && (ground->second || other_layer == "ports"))
        continue;
      if (!arrows_to_remove().contains({room, other}))
        ADD_FAILURE() << at(s, i) << room << " may not know " << other
                      << ". Move what both need into the lower one, or into base.";
    }
  }
}

TEST(includes, adapters_do_not_know_each_other) {
  for (const auto& s : sources()) {
    if (!s.in("src/adapters/"))
      continue;
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      const auto other = adapter_of(included(s.lines[i]));
      // Child processes are ground for whoever starts some.
      if (!other.empty() && other != adapter_of(s.path) && other != "process")
        ADD_FAILURE() << at(s, i) << "an adapter may not include another one (" << other
                      << "). Put what both need into core or ports.";
    }
  }
}

TEST(includes, api_uses_the_adapters_it_stands_on) {
  for (const auto& s : sources()) {
    if (!s.in("src/api/"))
      continue;
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      const auto adapter = adapter_of(included(s.lines[i]));
      if (!adapter.empty() && adapter != "http_server" && adapter != "meta")
        ADD_FAILURE() << at(s, i) << "the API stands on http_server and meta only; ask for "
                      << adapter << " through a port.";
    }
  }
}

TEST(includes, the_core_uses_the_standard_library_only) {
  for (const auto& s : sources()) {
    if (layer_of(s) != "core" && layer_of(s) != "ports")
      continue;
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      const auto file = included(s.lines[i]);
      const bool library =
          s.lines[i].starts_with("#include <") && file.find_first_of("/.") != std::string::npos;
      if (library)
        ADD_FAILURE() << at(s, i) << "core and ports use the standard library only; what needs <"
                      << file << "> is an adapter (src/adapters).";
    }
  }
}

TEST(includes, caf_stays_with_the_actors) {
  for (const auto& s : sources()) {
    const bool at_home =
        s.in("actors/") || s.in("src/app/") || s.in("tests/") || s.in("bench/micro/");
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      const auto file = included(s.lines[i]);
      if (file == "caf/all.hpp")
        ADD_FAILURE() << at(s, i) << "caf/all.hpp costs 3 s per file; include the headers you use.";
      else if (file.starts_with("caf/") && !at_home)
        ADD_FAILURE() << at(s, i)
                      << "CAF lives in actors/ only; take a callback or a port instead.";
    }
  }
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
  for (const auto& s : sources()) {
    if (s.lines.size() > lines_max)
      ADD_FAILURE() << s.path << " has " << s.lines.size() << " lines; split it by purpose below "
                    << lines_max << ".";
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

TEST(sources, were_found) {
  EXPECT_GT(sources().size(), 50U);
}

} // namespace
