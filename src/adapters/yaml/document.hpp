#pragma once
/// A YAML file flattened to `key path -> node`, and the list of everything that is wrong with it.
/// Private to this adapter.

#include <yaml-cpp/node/node.h>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::yaml {

/// Problems with their places, in the order of the file; nobody reads more than the first hundred
/// that are found, so the others are only counted.
class problem_list {
public:
  explicit problem_list(std::string file) : file_{std::move(file)} {}

  void add(const YAML::Mark& at, const std::string& path, const std::string& what);
  /// A problem of the file as a whole, such as a key that is missing.
  void add(const std::string& path, const std::string& what);
  [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }
  /// What is added from now on is only counted.
  [[nodiscard]] bool full() const noexcept { return problems_.size() >= problems_max; }
  /// All of them, one a line, below a headline.
  [[nodiscard]] std::string text() const;

private:
  struct problem {
    int line, column; ///< from 1; 0: no place
    std::string text;
  };
  static constexpr std::size_t problems_max = 100;

  void add(int line, int column, const std::string& path, const std::string& what);

  std::string file_;
  std::vector<problem> problems_;
  std::size_t more_ = 0;
};

struct leaf {
  YAML::Node node; ///< a scalar, a null, or a sequence without maps
  YAML::Mark key;  ///< where its key stands
};

/// "http.listen" and "numbers[0].waba_id" to what stands there. Groups that are empty appear as
/// nulls.
using leaves = std::map<std::string, leaf, std::less<>>;

/// Flattens a document. Keys that stand twice, keys that are no text, and lengths, depths and
/// numbers of keys that no sane file has become problems.
[[nodiscard]] leaves flatten(const YAML::Node& root, problem_list& problems);

/// A configuration is one document. yaml-cpp's LoadAll never ends on a text that begins with a
/// comma (each document is empty and takes nothing away), so documents are counted one by one.
void check_single_document(const std::string& text, problem_list& problems);

} // namespace stentor::yaml
