/// See line_difference.hpp.

#include "tests/golden/line_difference.hpp"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

namespace stentor::testing {

namespace {

using lines = std::vector<std::string>;
using marked_lines = std::vector<std::pair<char, std::string>>;

lines lines_of(const std::string& text) {
  lines all;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    all.push_back(std::move(line));
  return all;
}

/// By the longest common subsequence: answers have some hundred lines, so its square is no matter.
marked_lines compare(const lines& a, const lines& b) {
  std::vector<std::vector<int>> common(a.size() + 1, std::vector<int>(b.size() + 1));
  for (auto i = a.size(); i-- > 0;)
    for (auto j = b.size(); j-- > 0;)
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  marked_lines all;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      all.emplace_back(' ', a[i++]);
      ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      all.emplace_back('-', a[i++]);
    } else {
      all.emplace_back('+', b[j++]);
    }
  }
  return all;
}

} // namespace

std::string line_difference(const std::string& expected, const std::string& found) {
  if (expected == found)
    return {};
  constexpr std::size_t around = 3;
  const auto all = compare(lines_of(expected), lines_of(found));
  std::vector<bool> shown(all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].first != ' ')
      for (auto k = i - std::min(i, around); k < std::min(all.size(), i + around + 1); ++k)
        shown[k] = true;
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (shown[i])
      text += std::string{all[i].first} + " " + all[i].second + "\n";
    else if (i > 0 && shown[i - 1])
      text += "  ...\n";
  }
  return text.empty() ? "only the ends of lines differ\n" : text;
}

} // namespace stentor::testing
