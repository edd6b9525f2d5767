#pragma once
/// Request targets (RFC 9112, section 3.2) and reason phrases. Pure functions.

#include "adapters/http_server/message.hpp"

#include <string_view>

namespace stentor::http_server {

/// Fills target, path and query from the request line. False for what is no target: a wrong percent
/// code, a control character, a fragment. The absolute form loses its scheme and authority.
[[nodiscard]] bool parse_target(std::string_view raw, request& into);

/// The phrase of a status code.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

} // namespace stentor::http_server
