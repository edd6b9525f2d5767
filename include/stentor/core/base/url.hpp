#pragma once
/// The few parts of an absolute URL that a client of one HTTP server needs (RFC 3986, without user
/// info, query and fragment).

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

} // namespace stentor::core
