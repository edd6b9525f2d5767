#pragma once
/// Files on their way to the daemon, with a progress line. One thread.

#include "app/cli/command_line.hpp"
#include "app/cli/remote_call.hpp"

#include <string>
#include <string_view>

namespace stentor::app {

/// map=… of an import: the column with the phone numbers.
[[nodiscard]] std::string phone_column_parameter(const std::string& column);

/// Streams a file; one that can't be read is not_found. "-" is the standard input. Prints the JSON,
/// or what `text` makes of it. @return the exit status
[[nodiscard]] int upload_file(const command_context& context, const remote_call& call,
                              const std::string& path, const std::string& target,
                              std::string (*text)(std::string_view json),
                              std::string_view content_type = "text/csv");

} // namespace stentor::app
