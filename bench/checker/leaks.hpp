#pragma once
/// Secrets and phone numbers in texts where none may be: logs, metrics, error pages. Pure; any
/// thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace stentor::load {

struct secrets {
  std::vector<std::string> texts;           ///< tokens and keys, verbatim
  std::unordered_set<std::uint64_t> phones; ///< E.164 digits
};

struct leak_count {
  std::uint64_t count = 0;
  /// Of the first few: the line's number and how it begins, up to what leaked.
  std::vector<std::string> places;
};

/// A phone number is a run of digits that is one of `phones`, with or without a plus before it; a
/// masked one (`+49***12`) is none.
[[nodiscard]] leak_count count_leaks(std::string_view text, const secrets& known);

} // namespace stentor::load
