#pragma once
/// How reports write numbers and lines. Pure; any thread.

#include <string>

namespace stentor::load {

/// `value` with so many decimals, as a double for JSON.
[[nodiscard]] double rounded(double value, int decimals);

/// One line as printf would write it, with its line break; at most 255 characters.
[[nodiscard]] std::string line(const char* format, ...) __attribute__((format(printf, 1, 2)));

} // namespace stentor::load
