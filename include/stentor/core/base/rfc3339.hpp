#pragma once
/// Points in time as text (RFC 3339, section 5.6). Pure; any thread.

#include "stentor/core/base/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::core {

/// "2025-06-01T10:00:00Z", "2025-06-01T10:00+02:00": the offset is required, seconds and their
/// fraction are not. None when the text is something else or names a day that does not exist.
[[nodiscard]] std::optional<wall_time> wall_time_from(std::string_view text) noexcept;

/// "2025-06-01T10:00:00.25+00:00", as PostgreSQL writes it into JSON: a fraction only when there is
/// one.
[[nodiscard]] std::string to_text(wall_time t);

} // namespace stentor::core
