#pragma once
/// Words of the file into values: durations, sizes, numbers, and the nearest known key for a
/// misspelt one. Pure functions.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::yaml {

/// "250ms", "10s", "5m", "24h", "7d"; a lone 0 needs no unit. Nothing when it is anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> duration_from(std::string_view text);
[[nodiscard]] std::string duration_text(std::chrono::milliseconds value);

/// "4MiB", "16 KiB", "1GiB" or plain bytes.
[[nodiscard]] std::optional<std::uint64_t> size_from(std::string_view text);
[[nodiscard]] std::string size_text(std::uint64_t bytes);

[[nodiscard]] std::optional<std::uint64_t> integer_from(std::string_view text);
[[nodiscard]] std::optional<double> real_from(std::string_view text);

/// address:port with a port of 0..65535, [v6]:port included.
[[nodiscard]] bool is_listen_address(std::string_view text);
/// http:// or https:// and a host, without path, query or user.
[[nodiscard]] bool is_web_address(std::string_view text);
/// Whether a libpq string or URI carries a password.
[[nodiscard]] bool holds_password(std::string_view connection);

/// The candidate that a misspelt word most likely meant; empty when none is near.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

} // namespace stentor::yaml
