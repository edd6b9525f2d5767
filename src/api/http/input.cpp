/// See input.hpp.

#include "api/http/input.hpp"

#include "stentor/core/base/hex.hpp"

#include <charconv>

namespace stentor::api {

http_server::response refusal_of(const field_errors& errors, std::string_view instance) {
  const auto count = errors.size() == 1 ? std::string{"One field is"}
                                        : std::to_string(errors.size()) + " fields are";
  return problem_answer(
      422, count + " wrong: " + errors.front().field + " " + errors.front().message + ".", instance,
      errors);
}

input<core::page> read_page(const http_server::request& head, std::string_view also) {
  field_errors errors;
  core::page p;
  const auto number = [&](const std::string& key, const std::string& value, std::int32_t most,
                          std::int32_t& to) {
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), to);
    if (problem != std::errc{} || end != value.data() + value.size() || to < 1 || to > most)
      errors.push_back({key, "expected a number from 1 to " + std::to_string(most)});
  };
  for (const auto& [key, value] : head.query) {
    if (key == "page")
      number(key, value, 1'000'000, p.number);
    else if (key == "limit")
      number(key, value, 1000, p.limit);
    else if (key != also)
      errors.push_back({key, "is no parameter of this address"});
  }
  if (errors.empty())
    return {p, {}};
  return {std::nullopt, problem_answer(400,
                                       "The parameter " + errors.front().field +
                                           " is wrong: " + errors.front().message + ".",
                                       head.target, errors)};
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : core::hex_value(c) < 0)
      return false;
  }
  return true;
}

bool is_timestamp(std::string_view t) noexcept {
  const auto shape = [&](std::string_view pattern) {
    if (t.size() < pattern.size())
      return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
      if (pattern[i] == '0' ? t[i] < '0' || t[i] > '9' : t[i] != pattern[i])
        return false;
    t.remove_prefix(pattern.size());
    return true;
  };
  const auto whole = t;
  if (!shape("0000-00-00T00:00"))
    return false;
  static_cast<void>(shape(":00"));
  if (t.starts_with('.')) {
    t.remove_prefix(1);
    if (t.empty() || t.front() < '0' || t.front() > '9')
      return false;
    while (!t.empty() && t.front() >= '0' && t.front() <= '9')
      t.remove_prefix(1);
  }
  const bool offset = t == "Z" || ((t.starts_with('+') || t.starts_with('-')) && t.size() == 6 &&
                                   (t.remove_prefix(1), shape("00:00")));
  return offset && whole.substr(5, 2) >= "01" && whole.substr(5, 2) <= "12" &&
         whole.substr(8, 2) >= "01" && whole.substr(8, 2) <= "31" && whole.substr(11, 2) < "24" &&
         whole.substr(14, 2) < "60";
}

} // namespace stentor::api
