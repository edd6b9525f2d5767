#include "stentor/core/base/url.hpp"

#include "stentor/core/base/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace stentor::core {

namespace {

constexpr std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

bool host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
         c == ':';
}

error wrong(const std::string& what) {
  return {errc::invalid, "The URL " + what};
}

/// Where it is wrong, that is the second half of a sentence.
struct authority_parts {
  std::string host;
  std::string_view port; ///< empty when there is none
  const char* wrong = nullptr;
};

authority_parts split_authority(std::string_view authority) {
  authority_parts parts;
  if (authority.starts_with('[')) {
    const auto closing = authority.find(']');
    if (closing == std::string_view::npos)
      return {{}, {}, "has an IPv6 address without its closing bracket."};
    parts.host.assign(authority.substr(1, closing - 1));
    authority.remove_prefix(closing + 1);
    if (!authority.empty() && !authority.starts_with(':'))
      return {{}, {}, "has text between the IPv6 address and the port."};
    parts.port = authority.empty() ? authority : authority.substr(1);
  } else {
    const auto colon = std::min(authority.find(':'), authority.size());
    parts.host.assign(authority.substr(0, colon));
    parts.port = colon < authority.size() ? authority.substr(colon + 1) : std::string_view{};
  }
  std::transform(parts.host.begin(), parts.host.end(), parts.host.begin(), ascii_lower);
  if (parts.host.empty())
    parts.wrong = "names no host.";
  else if (!std::all_of(parts.host.begin(), parts.host.end(), host_character))
    parts.wrong = "has a host name with characters that no host name has.";
  return parts;
}

std::optional<std::uint16_t> port_from(std::string_view text) {
  std::uint16_t port = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, port);
  if (problem != std::errc{} || stop != end)
    return std::nullopt;
  return port;
}

} // namespace

std::string url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme))
    text += ":" + std::to_string(port);
  return text;
}

result<url> parse_url(std::string_view text) {
  url parsed;
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos)
    return wrong("has no scheme: it must begin with https:// or http://.");
  parsed.scheme.assign(text.substr(0, scheme_end));
  std::transform(parsed.scheme.begin(), parsed.scheme.end(), parsed.scheme.begin(), ascii_lower);
  if (parsed.scheme != "https" && parsed.scheme != "http")
    return wrong("has the wrong scheme: only https and http can be used.");
  text.remove_prefix(scheme_end + 3);

  const auto authority_end = std::min(text.find_first_of("/?#"), text.size());
  const auto authority = text.substr(0, authority_end);
  const auto path = text.substr(authority_end);
  if (authority.find('@') != std::string_view::npos)
    return wrong("holds a user name: take it out, secrets do not belong in URLs.");
  if (path.find_first_of("?# \t\r\n") != std::string_view::npos)
    return wrong("may have a path only, no query, no fragment and no spaces.");

  auto parts = split_authority(authority);
  if (parts.wrong != nullptr)
    return wrong(parts.wrong);
  parsed.host = std::move(parts.host);
  parsed.port = default_port(parsed.scheme);
  if (!parts.port.empty()) {
    const auto port = port_from(parts.port);
    if (!port || *port == 0)
      return wrong("has a wrong port: it must be a number from 1 to 65535.");
    parsed.port = *port;
  }
  parsed.path.assign(path);
  while (parsed.path.ends_with('/'))
    parsed.path.pop_back();
  return parsed;
}

result<host_and_port> parse_host_and_port(std::string_view text) {
  auto parts = split_authority(text);
  if (parts.wrong != nullptr)
    return error{errc::invalid, std::string{"The address "} + parts.wrong};
  const auto port = port_from(parts.port);
  if (!port)
    return error{errc::invalid,
                 "The address has no port, or a wrong one: it must be a number from 0 to 65535."};
  return host_and_port{std::move(parts.host), *port};
}

} // namespace stentor::core
