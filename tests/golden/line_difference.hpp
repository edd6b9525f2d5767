#pragma once
/// The difference of two texts for people: lines that are gone begin with "-", new ones with "+",
/// with some equal lines around them. A pure function.

#include <string>

namespace stentor::testing {

/// Empty when the texts are equal.
[[nodiscard]] std::string line_difference(const std::string& expected, const std::string& found);

} // namespace stentor::testing
