#pragma once
/// Which part of a long list is asked for. Values; any thread.

#include <algorithm>
#include <cstdint>
#include <optional>

namespace stentor::core {

/// By number, which costs as much as all entries before it, or behind an entry, which costs nothing
/// wherever that is.
struct page {
  std::int32_t number = 1;                ///< from 1
  std::int32_t limit = 20;                ///< 1..1000
  std::optional<std::int64_t> after = {}; ///< key of the entry before; then `number` counts nothing
};

/// Entries before a page by number, at most.
constexpr std::int64_t entries_before_max = 10'000;

/// The nearest page that may be asked for.
[[nodiscard]] constexpr page bounded(page p) noexcept {
  return {std::clamp(p.number, 1, 10'000'000), std::clamp(p.limit, 1, 1000), p.after};
}

/// How many entries stand before the page.
[[nodiscard]] constexpr std::int64_t entries_before(const page& p) noexcept {
  return p.after ? 0 : static_cast<std::int64_t>(p.number - 1) * p.limit;
}

} // namespace stentor::core
