#pragma once
/// Which part of a long list is asked for. Values; any thread.

#include <algorithm>
#include <cstdint>

namespace stentor::core {

struct page {
  std::int32_t number = 1; ///< from 1
  std::int32_t limit = 20; ///< 1..1000
};

/// The nearest page that may be asked for.
[[nodiscard]] constexpr page bounded(page p) noexcept {
  return {std::clamp(p.number, 1, 10'000'000), std::clamp(p.limit, 1, 1000)};
}

/// How many entries stand before the page.
[[nodiscard]] constexpr std::int64_t entries_before(page p) noexcept {
  return static_cast<std::int64_t>(p.number - 1) * p.limit;
}

} // namespace stentor::core
