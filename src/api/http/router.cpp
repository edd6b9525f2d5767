/// See router.hpp.

#include "api/http/router.hpp"

#include <chrono>

namespace stentor::api {

namespace {

/// The next segment of a pattern, which always begins with a slash.
std::string_view next_segment(std::string_view& pattern) {
  pattern.remove_prefix(1);
  const auto end = std::min(pattern.find('/'), pattern.size());
  const auto segment = pattern.substr(0, end);
  pattern.remove_prefix(end);
  return segment;
}

bool fits(std::string_view pattern, const std::vector<std::string>& path) {
  if (pattern == "/")
    return path.empty();
  for (const auto& segment : path) {
    if (pattern.empty())
      return false;
    const auto wanted = next_segment(pattern);
    if (wanted.starts_with('{') ? segment.empty() : wanted != segment)
      return false;
  }
  return pattern.empty();
}

} // namespace

router::router() {
  for (const auto part : {inbox_routes(), campaign_routes(), audience_routes(), template_routes(),
                          number_routes(), contact_routes(), access_routes(), system_routes()})
    table_.insert(table_.end(), part.begin(), part.end());
}

router::match router::find(std::string_view method, const std::vector<std::string>& path) const {
  if (method == "HEAD")
    method = "GET";
  match m;
  for (const auto& r : table_) {
    if (!fits(r.pattern, path))
      continue;
    if (r.method == method) {
      m.found = &r;
      return m;
    }
    m.allowed.append(m.allowed.empty() ? "" : ", ").append(r.method);
    if (r.method == "GET")
      m.allowed.append(", HEAD");
  }
  return m;
}

std::vector<std::string> router::ids_of(const route& r, const std::vector<std::string>& path) {
  std::vector<std::string> ids;
  auto pattern = r.pattern;
  if (pattern == "/")
    return ids;
  for (const auto& segment : path)
    if (next_segment(pattern).starts_with('{'))
      ids.push_back(segment);
  return ids;
}

std::int64_t context::now_ms() const {
  using namespace std::chrono;
  return s.now_ms ? s.now_ms()
                  : duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace stentor::api
