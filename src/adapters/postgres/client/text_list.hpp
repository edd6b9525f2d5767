#pragma once
/// A column of texts that a statement joined by commas, "a,b,". Any thread.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::postgres {

/// One more than there are commas, empty ones among them.
[[nodiscard]] inline std::vector<std::string> texts_in(std::string_view list) {
  std::vector<std::string> all;
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    all.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return all;
}

} // namespace stentor::postgres
