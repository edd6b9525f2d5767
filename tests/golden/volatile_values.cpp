/// See volatile_values.hpp.

#include "tests/golden/volatile_values.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <regex>
#include <vector>

namespace stentor::testing {

namespace {

using nlohmann::json;

constexpr std::size_t to_the_second = 19; ///< "2026-01-31T10:00:00"

std::string utc_text(std::chrono::system_clock::time_point at) {
  const auto seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return text;
}

/// "7:1:0" begins with the campaign's number, which depends on what other tests made.
std::string without_campaign_number(const std::string& message_sid) {
  return "<campaign>" + message_sid.substr(std::min(message_sid.find(':'), message_sid.size()));
}

struct shape {
  const char* kind;
  bool counted; ///< <id 1>, <id 2>; otherwise all are alike
  std::regex pattern;
};

const std::vector<shape>& shapes() {
  static const std::vector<shape> all = {
      {"id", true,
       std::regex{"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                  std::regex::icase}},
      {"message id", true, std::regex{R"(wamid\.[A-Za-z0-9+/=._-]+)"}},
      {"callback data", false, std::regex{"v1:[0-9:]+:[0-9a-f]{16}"}},
      {"token", false, std::regex{"stn_[A-Za-z0-9_-]{20,}"}},
      {"time", false,
       std::regex{R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)?)"}},
      {"address", false, std::regex{R"((127\.0\.0\.1|localhost|\[::1\]):\d+)"}},
  };
  return all;
}

} // namespace

volatile_values::volatile_values()
    : begin_{utc_text(std::chrono::system_clock::now() - std::chrono::minutes{10})} {}

bool volatile_values::is_of_this_run(std::string time) const {
  time[10] = 'T';
  const auto end = utc_text(std::chrono::system_clock::now() + std::chrono::hours{1});
  return time.substr(0, to_the_second) >= begin_ && time.substr(0, to_the_second) <= end;
}

std::string volatile_values::token_of(const std::string& kind, const std::string& value) {
  auto& known = counted_[kind];
  const auto at = known.try_emplace(value, known.size() + 1).first;
  return "<" + kind + " " + std::to_string(at->second) + ">";
}

void volatile_values::replace_shapes(std::string& text) {
  for (const auto& each : shapes()) {
    std::string out;
    std::smatch found;
    auto from = text.cbegin();
    while (std::regex_search(from, text.cend(), found, each.pattern)) {
      const auto value = found.str();
      out += found.prefix().str();
      if (each.kind == std::string_view{"time"} && !is_of_this_run(value))
        out += value;
      else
        out += each.counted ? token_of(each.kind, value) : "<" + std::string{each.kind} + ">";
      from = found.suffix().first;
    }
    out.append(from, text.cend());
    text = std::move(out);
  }
}

std::string volatile_values::masked(std::string text) {
  for (const auto& [value, token] : named_)
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at))
      text.replace(at, value.size(), token);
  replace_shapes(text);
  return text;
}

json volatile_values::masked(const json& value, const volatile_keys& keys) {
  if (value.is_string())
    return masked(value.get<std::string>());
  if (value.is_number() && keys.all_numbers)
    return "<number>";
  if (!value.is_structured())
    return value;
  auto out = value;
  for (auto it = out.begin(); it != out.end(); ++it) {
    const bool varies = out.is_object() && keys.names.contains(it.key());
    // null says that something has not happened, which is no matter of the moment.
    if (varies && !it->is_null() && !it->is_object())
      *it = "<varies>";
    else if (out.is_object() && it.key() == "messageSid" && it->is_string())
      *it = without_campaign_number(it->get<std::string>());
    else
      *it = masked(*it, keys);
  }
  return out;
}

} // namespace stentor::testing
