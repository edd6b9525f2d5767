#pragma once
/// Small files read and written whole, and what a log said last. Any thread.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace stentor::process {

/// Empty when there is no such file.
[[nodiscard]] std::string text_of(const std::filesystem::path& file);
/// For this user alone, since it may hold a secret.
void write_private(const std::filesystem::path& file, std::string_view text);

/// The last line that is not empty.
[[nodiscard]] std::string last_line(std::string_view text);
/// The last so many lines of a log, each behind a line break and `indent`.
[[nodiscard]] std::string log_tail(const std::filesystem::path& log, std::size_t lines,
                                   std::string_view indent = {});

} // namespace stentor::process
