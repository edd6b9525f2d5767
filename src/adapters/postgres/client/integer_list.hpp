#pragma once
/// A column of integers that a statement joined by commas, "1,2,3". Any thread.

#include <charconv>
#include <cstdint>
#include <string_view>
#include <vector>

namespace stentor::postgres {

template <class T>
[[nodiscard]] std::vector<T> integers_in(std::string_view list) {
  std::vector<T> all;
  const auto* at = list.data();
  const auto* const end = at + list.size();
  while (at < end) {
    std::int64_t n = 0;
    at = std::from_chars(at, end, n).ptr + 1; // behind the comma
    all.push_back(static_cast<T>(n));
  }
  return all;
}

} // namespace stentor::postgres
