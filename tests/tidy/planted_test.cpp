/// Bugs that scripts/plant plants: each can still be planted, says in words what is wrong, and
/// stands in docs/reliability.md. Each message says what to do instead.

#include "tests/tidy/sources.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root{STENTOR_SOURCE_DIR};

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file{path};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

/// What a hunk wants to find, in one file.
struct place {
  std::string path;
  std::vector<std::string> lines;
};

std::vector<place> places_of(const std::vector<std::string>& patch) {
  std::vector<place> places;
  std::string path;
  for (const auto& line : patch) {
    if (line.starts_with("--- a/"))
      path = line.substr(6);
    else if (line.starts_with("@@"))
      places.push_back({path, {}});
    else if (!places.empty() && (line.starts_with(' ') || line.starts_with('-')))
      places.back().lines.push_back(line.substr(1));
    else if (line.starts_with("diff"))
      path.clear();
  }
  return places;
}

std::vector<fs::path> patches() {
  std::vector<fs::path> found;
  for (const auto& file : fs::directory_iterator{root / "tests/simulation/planted"})
    found.push_back(file.path());
  std::sort(found.begin(), found.end());
  return found;
}

TEST(planted, bugs_can_still_be_planted) {
  ASSERT_FALSE(patches().empty());
  for (const auto& patch : patches()) {
    const auto places = places_of(lines_of(patch));
    EXPECT_FALSE(places.empty()) << patch.filename() << " changes nothing.";
    for (const auto& wanted : places) {
      const auto lines = lines_of(root / wanted.path);
      EXPECT_TRUE(std::search(lines.begin(), lines.end(), wanted.lines.begin(),
                              wanted.lines.end()) != lines.end())
          << patch.filename() << " does not apply to " << wanted.path
          << " any more: write it anew, so that it plants the same bug, and run scripts/plant "
          << patch.stem() << '.';
    }
  }
}

TEST(planted, bugs_are_told_in_words) {
  const auto page = lines_of(root / "docs/reliability.md");
  for (const auto& patch : patches()) {
    const auto lines = lines_of(patch);
    ASSERT_FALSE(lines.empty());
    const auto name = "`" + patch.stem().string() + "`";
    EXPECT_TRUE(lines.front().ends_with('.'))
        << patch.filename() << " begins with what is wrong, in a sentence.";
    EXPECT_TRUE(std::any_of(page.begin(), page.end(),
                            [&](const std::string& line) {
                              return line.starts_with("| " + name) &&
                                     line.find(lines.front()) != std::string::npos;
                            }))
        << patch.filename() << " stands in docs/reliability.md with its sentence.";
  }
}

} // namespace
