#pragma once
/// JSON text as core reads it: numbers keep every digit. Pure; any thread.

#include "stentor/core/base/json_value.hpp"
#include "stentor/core/base/result.hpp"

#include <string_view>

namespace stentor::postgres {

/// What lies deeper than 64 levels is left out, so that recursion has an end.
/// @return `invalid` with a sentence without a subject: "is not valid JSON"
[[nodiscard]] core::result<core::json_value> read_json(std::string_view text);

} // namespace stentor::postgres
