#pragma once
/// The named queries of queries/*.sql: blocks that begin with a line `-- name: x`, end at the next
/// one, and hold one statement. Read once from the embedded files; afterwards constant and usable
/// from any thread.

#include <map>
#include <string>
#include <string_view>

namespace stentor::postgres {

/// Name to statement. A name that is used twice is a bug and ends the program at start with a
/// message.
[[nodiscard]] const std::map<std::string, std::string>& all_queries();

/// nullptr when there is none of this name.
[[nodiscard]] const std::string* find_query(const std::string& name);

/// The blocks of one file, for all_queries() and its test. An empty name or a repeated one yields
/// an error text in `problem`.
[[nodiscard]] std::map<std::string, std::string> blocks_of(std::string_view file,
                                                           std::string& problem);

} // namespace stentor::postgres
