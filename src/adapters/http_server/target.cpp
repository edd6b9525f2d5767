/// See target.hpp.

#include "adapters/http_server/target.hpp"

#include <algorithm>

namespace stentor::http_server {

namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool parse_path(std::string_view path, request& into) {
  std::size_t at = 1;
  while (at < path.size()) {
    const auto end = std::min(path.find('/', at), path.size());
    auto segment = percent_decode(path.substr(at, end - at), false);
    if (!segment)
      return false;
    into.path.push_back(std::move(*segment));
    at = end + 1;
  }
  return true;
}

bool parse_query(std::string_view query, request& into) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty())
      continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value)
      return false;
    into.query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

} // namespace

bool parse_target(std::string_view raw, request& into) {
  if (raw.starts_with("http://") || raw.starts_with("https://")) {
    const auto slash = raw.find('/', raw.find("//") + 2);
    raw = slash == std::string_view::npos ? std::string_view{"/"} : raw.substr(slash);
  }
  into.target = raw;
  into.path.clear();
  into.query.clear();
  if (raw == "*")
    return true;
  if (raw.empty() || raw.front() != '/' || raw.find('#') != std::string_view::npos)
    return false;
  const auto question = std::min(raw.find('?'), raw.size());
  return parse_path(raw.substr(0, question), into) &&
         parse_query(raw.substr(std::min(question + 1, raw.size())), into);
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    if (c == '%') {
      if (text.size() - i < 3)
        return std::nullopt;
      const auto high = hex_value(text[i + 1]);
      const auto low = hex_value(text[i + 2]);
      if (high < 0 || low < 0)
        return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (is_control(c))
      return std::nullopt;
    out.push_back(c);
  }
  return out;
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
  case 200:
    return "OK";
  case 201:
    return "Created";
  case 202:
    return "Accepted";
  case 204:
    return "No Content";
  case 303:
    return "See Other";
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 408:
    return "Request Timeout";
  case 409:
    return "Conflict";
  case 411:
    return "Length Required";
  case 413:
    return "Content Too Large";
  case 414:
    return "URI Too Long";
  case 415:
    return "Unsupported Media Type";
  case 422:
    return "Unprocessable Content";
  case 429:
    return "Too Many Requests";
  case 431:
    return "Request Header Fields Too Large";
  case 500:
    return "Internal Server Error";
  case 501:
    return "Not Implemented";
  case 503:
    return "Service Unavailable";
  case 505:
    return "HTTP Version Not Supported";
  default:
    return "Status";
  }
}

std::optional<std::string_view> request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name)
      return value;
  return std::nullopt;
}

} // namespace stentor::http_server
