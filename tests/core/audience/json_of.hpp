#pragma once
/// JSON texts as core reads them, for its tests. One thread.

#include "stentor/core/base/json_value.hpp"

#include <string_view>

namespace stentor::core::testing {

/// Of a text that the test itself wrote: a small reader that trusts it. Escapes are not known.
[[nodiscard]] json_value json_of(std::string_view text);

} // namespace stentor::core::testing
