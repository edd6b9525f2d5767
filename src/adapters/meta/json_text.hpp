#pragma once
/// Small helpers for JSON that is kept as it came. Any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace stentor::meta {

/// Makes JSON text fit for PostgreSQL's jsonb: the escapes of U+0000 and of lone surrogates become
/// that of U+FFFD.
void clean_escapes(std::string& json);

/// Why this is not JSON and at which byte, for people; empty when it is JSON. Slow.
[[nodiscard]] std::string json_problem(std::string_view text);

} // namespace stentor::meta
