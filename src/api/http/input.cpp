/// See input.hpp.

#include "api/http/input.hpp"

#include "stentor/core/base/hex.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::api {

http_server::response refusal_of(const field_errors& errors, std::string_view instance) {
  const auto count = errors.size() == 1 ? std::string{"One field is"}
                                        : std::to_string(errors.size()) + " fields are";
  return problem_answer(
      422, count + " wrong: " + errors.front().field + " " + errors.front().message + ".", instance,
      errors);
}

namespace {

/// The key of the last entry that was shown: digits, for nobody to think about.
void read_cursor(const std::string& value, core::page& into, field_errors& errors) {
  std::int64_t key = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), key);
  if (problem != std::errc{} || end != value.data() + value.size() || key < 0)
    errors.push_back({"cursor", "expected the nextCursor of an answer"});
  else
    into.after = key;
}

} // namespace

input<core::page> read_page(const http_server::request& head,
                            std::initializer_list<std::string_view> also) {
  field_errors errors;
  core::page p;
  const auto number = [&](const std::string& key, const std::string& value, std::int32_t most,
                          std::int32_t& to) {
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), to);
    if (problem != std::errc{} || end != value.data() + value.size() || to < 1 || to > most)
      errors.push_back({key, "expected a number from 1 to " + std::to_string(most)});
  };
  bool by_number = false;
  for (const auto& [key, value] : head.query) {
    if (key == "page") {
      number(key, value, 1'000'000, p.number);
      by_number = true;
    } else if (key == "cursor")
      read_cursor(value, p, errors);
    else if (key == "limit")
      number(key, value, 1000, p.limit);
    else if (std::find(also.begin(), also.end(), key) == also.end())
      errors.push_back({key, "is no parameter of this address"});
  }
  if (by_number && p.after)
    errors.push_back({"cursor", "is given together with page: give one of them"});
  else if (core::entries_before(p) >= core::entries_before_max)
    errors.push_back({"page", "lies behind entry 10000: go on with cursor, which is nextCursor of "
                              "the answer before"});
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
