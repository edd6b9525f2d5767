/// Who may include whom: layers, and the features inside them. Each message says what to do
/// instead.

#include "tests/tidy/exceptions.hpp"
#include "tests/tidy/sources.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tidy;

/// "src/adapters/http2/pool.cpp" and "adapters/http2/pool.hpp" live in http2.
std::string adapter_of(std::string_view path) {
  constexpr std::string_view folder = "adapters/";
  const auto begin = path.find(folder);
  if (begin == std::string_view::npos)
    return {};
  path.remove_prefix(begin + folder.size());
  return std::string{path.substr(0, path.find('/'))};
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
      {"ports", {{"system", false}, {"meta", true}}},
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

/// Whether a file of `room` may include one of `other`: itself, base, the layer's ground, what a
/// feature's line allows. A room of ground stands below every feature.
bool may_know(const std::string& room, const std::string& other, const std::string& other_layer) {
  if (other == room || other == "base" || other == "access")
    return true;
  const auto& special = rooms().at(other_layer);
  const auto ground = special.find(other);
  if (ground != special.end() && (ground->second || other_layer == "ports"))
    return true;
  const auto* own = feature_named(room);
  return own != nullptr && own->may_know.contains(other);
}

TEST(features, know_only_what_lies_below_them) {
  amounts arrows;
  for (const auto& s : sources()) {
    const auto [layer, room] = room_of(s.path);
    if (layer.empty())
      continue;
    const auto special = rooms().at(layer).find(room);
    const bool wiring = special != rooms().at(layer).end() && !special->second;
    // The vocabulary of the actors' messages is made of values of every feature's ports.
    const bool vocabulary = layer == "actors" && room == "runtime";
    for (std::size_t i = 0; i < s.lines.size() && !wiring; ++i) {
      const auto [other_layer, other] = room_of(included(s.lines[i]));
      if (!other_layer.empty() && !may_know(room, other, other_layer) &&
          !(vocabulary && other_layer != layer))
        ++arrows[s.path + " -> " + other];
    }
  }
  hold_ratchet(arrows, exceptions::arrows,
               "the way is down the table of features only. Move what both need into the lower "
               "one, or into base.");
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

} // namespace
