#include "stentor/core/base/url.hpp"

#include "stentor/core/base/ascii.hpp"

#include <algorithm>
#include <charconv>

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
  auto authority = text.substr(0, authority_end);
  const auto path = text.substr(authority_end);
  if (authority.find('@') != std::string_view::npos)
    return wrong("holds a user name: take it out, secrets do not belong in URLs.");
  if (path.find_first_of("?# \t\r\n") != std::string_view::npos)
    return wrong("may have a path only, no query, no fragment and no spaces.");

  std::string_view port;
  if (authority.starts_with('[')) {
    const auto closing = authority.find(']');
    if (closing == std::string_view::npos)
      return wrong("has an IPv6 address without its closing bracket.");
    parsed.host.assign(authority.substr(1, closing - 1));
    authority.remove_prefix(closing + 1);
    if (!authority.empty() && !authority.starts_with(':'))
      return wrong("has text between the IPv6 address and the port.");
    port = authority.empty() ? authority : authority.substr(1);
  } else {
    const auto colon = std::min(authority.find(':'), authority.size());
    parsed.host.assign(authority.substr(0, colon));
    port = colon < authority.size() ? authority.substr(colon + 1) : std::string_view{};
  }
  std::transform(parsed.host.begin(), parsed.host.end(), parsed.host.begin(), ascii_lower);
  if (parsed.host.empty())
    return wrong("names no host.");
  if (!std::all_of(parsed.host.begin(), parsed.host.end(), host_character))
    return wrong("has a host name with characters that no host name has.");

  parsed.port = default_port(parsed.scheme);
  if (!port.empty()) {
    const auto* const end = port.data() + port.size();
    const auto [stop, problem] = std::from_chars(port.data(), end, parsed.port);
    if (problem != std::errc{} || stop != end || parsed.port == 0)
      return wrong("has a wrong port: it must be a number from 1 to 65535.");
  }
  parsed.path.assign(path);
  while (parsed.path.ends_with('/'))
    parsed.path.pop_back();
  return parsed;
}

} // namespace stentor::core
