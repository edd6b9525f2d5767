#include "adapters/yaml/document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace stentor::yaml {
namespace {

// Aliases can make a small file endless (a map that holds itself) or huge (each key stands in the
// path of everything below it, however often that is named), so all three are bounded.
constexpr std::size_t depth_max = 8;
constexpr std::size_t leaves_max = 20'000;
constexpr std::size_t key_size_max = 100;

class flattener {
public:
  explicit flattener(problem_list& problems) : problems_{problems} {}

  void map(const YAML::Node& node, const std::string& prefix, std::size_t depth) {
    std::map<std::string, YAML::Mark> seen;
    for (const auto& entry : node) {
      if (gave_up_)
        return;
      const auto mark = entry.first.Mark();
      if (!entry.first.IsScalar()) {
        problems_.add(mark, prefix, "a key must be a word, not a list or a group");
        continue;
      }
      const auto key = entry.first.Scalar();
      if (key.size() > key_size_max) {
        problems_.add(mark, prefix,
                      "a key of " + std::to_string(key.size()) +
                          " characters is none: is a line break or a quotation mark missing?");
        continue;
      }
      const auto path = prefix.empty() ? key : prefix + "." + key;
      const auto [first, added] = seen.emplace(key, mark);
      if (!added) {
        problems_.add(mark, path,
                      "stands here twice (first in line " + std::to_string(first->second.line + 1) +
                          "): keep one of them");
        continue;
      }
      value(entry.second, path, mark, depth);
    }
  }

  leaves found;

private:
  void value(const YAML::Node& node, const std::string& path, const YAML::Mark& key,
             std::size_t depth) {
    if (depth > depth_max || found.size() >= leaves_max) {
      if (!std::exchange(gave_up_, true))
        problems_.add(key, path,
                      "this file is nested too deeply or has too many keys to be a configuration");
      return;
    }
    if (node.IsMap() && node.size() > 0)
      return map(node, path, depth + 1);
    const bool of_maps = node.IsSequence() && std::any_of(node.begin(), node.end(),
                                                          [](const auto& n) { return n.IsMap(); });
    if (of_maps) {
      for (std::size_t i = 0; i < node.size(); ++i)
        value(node[i], path + "[" + std::to_string(i) + "]", node[i].Mark(), depth + 1);
      return;
    }
    found.insert_or_assign(path, leaf{node, key});
  }

  problem_list& problems_;
  bool gave_up_ = false;
};

/// Hears where documents begin, and nothing else.
struct document_starts final : YAML::EventHandler {
  std::vector<YAML::Mark> marks;

  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

} // namespace

void check_single_document(const std::string& text, problem_list& problems) {
  std::istringstream stream{text};
  YAML::Parser parser{stream};
  document_starts starts;
  if (!parser.HandleNextDocument(starts) || !parser.HandleNextDocument(starts))
    return;
  const auto& [first, second] = std::pair{starts.marks[0], starts.marks[1]};
  problems.add(second, "",
               first.pos == second.pos
                   ? "this is no YAML: nothing may begin with this character"
                   : "a second document begins here: keep one, without '---' in between");
}

void problem_list::add(const YAML::Mark& at, const std::string& path, const std::string& what) {
  add(at.line + 1, at.column + 1, path, what);
}

void problem_list::add(const std::string& path, const std::string& what) {
  add(0, 0, path, what);
}

void problem_list::add(int line, int column, const std::string& path, const std::string& what) {
  if (full())
    ++more_;
  else
    problems_.push_back({line, column, path.empty() ? what : path + ": " + what});
}

std::string problem_list::text() const {
  auto sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const problem& a, const problem& b) { return a.line < b.line; });
  std::string text =
      file_ + (sorted.size() == 1 ? " has a problem:"
                                  : " has " + std::to_string(sorted.size() + more_) + " problems:");
  for (const auto& p : sorted) {
    text += "\n  " + file_ + ":";
    if (p.line > 0)
      text += std::to_string(p.line) + ":" + std::to_string(p.column) + ":";
    text += " " + p.text;
  }
  if (more_ > 0)
    text += "\n  and " + std::to_string(more_) + " more";
  return text;
}

leaves flatten(const YAML::Node& root, problem_list& problems) {
  flattener walk{problems};
  if (root.IsMap())
    walk.map(root, "", 0);
  else if (root.IsDefined() && !root.IsNull())
    problems.add(root.Mark(), "", "expected settings as 'key: value' lines");
  return std::move(walk.found);
}

} // namespace stentor::yaml
