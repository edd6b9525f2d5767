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

} // namespace stentor::api
