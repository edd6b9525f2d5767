/// See target.hpp.

#include "adapters/http_server/target.hpp"

#include "stentor/core/base/percent.hpp"

#include <algorithm>
#include <optional>

namespace stentor::http_server {

namespace {

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// One segment, name or value. A control character has no business in any.
std::optional<std::string> decoded(std::string_view text, core::plus_sign plus) {
  auto plain = core::percent_decode(text, plus);
  if (plain && std::any_of(plain->begin(), plain->end(), is_control))
    return std::nullopt;
  return plain;
}

bool parse_path(std::string_view path, request& into) {
  std::size_t at = 1;
  while (at < path.size()) {
    const auto end = std::min(path.find('/', at), path.size());
    auto segment = decoded(path.substr(at, end - at), core::plus_sign::itself);
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
    auto name = decoded(pair.substr(0, equals), core::plus_sign::space);
    auto value = decoded(pair.substr(std::min(equals + 1, pair.size())), core::plus_sign::space);
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
  case 417:
    return "Expectation Failed";
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
