#pragma once
/// Percent-encoding of URLs (RFC 3986, section 2.1). Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::core {

/// Encodes everything but the unreserved characters, so that any text fits into one segment of a
/// path or one value of a query.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// How a plus is read: as itself in a path, as a space in a query (HTML's form encoding).
enum class plus_sign : std::uint8_t { itself, space };

/// Nothing when a percent sign is not followed by two hex digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, plus_sign plus);

} // namespace stentor::core
