#pragma once
/// The few parts of an absolute URL that a client of one HTTP server needs (RFC 3986, without user
/// info, query and fragment), and the address that a server listens on. Pure; any thread.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::core {

struct url {
  std::string scheme;     ///< "https" or "http", lower case
  std::string host;       ///< lower case; an IPv6 address without its brackets
  std::uint16_t port = 0; ///< the scheme's own when the text names none
  std::string path;       ///< with its leading slash, without a trailing one; empty for the root

  [[nodiscard]] bool encrypted() const { return scheme == "https"; }
  /// host, or host:port when the port is not the scheme's own; an IPv6 address in brackets.
  [[nodiscard]] std::string authority() const;
};

/// Errors name the part that is wrong and what is expected; they never repeat the text, which may
/// hold a secret.
[[nodiscard]] result<url> parse_url(std::string_view text);

struct host_and_port {
  std::string host;       ///< lower case; an IPv6 address without its brackets
  std::uint16_t port = 0; ///< 0 only where a server may take any free one
};

/// "127.0.0.1:8080", "localhost:0" or "[::1]:8080". The port must be there.
[[nodiscard]] result<host_and_port> parse_host_and_port(std::string_view text);

} // namespace stentor::core
