#pragma once
/// Lenient access to simdjson elements, shared by the sources of the webhook reader. Missing
/// members and members of another type read as empty. Any thread.

#include "adapters/meta/json_text.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/utf8.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <charconv>
#include <cstdint>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace stentor::meta {

using simdjson::dom::element;

[[nodiscard]] inline std::string_view text_at(element from, std::string_view key) {
  std::string_view text;
  return from[key].get_string().get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

/// A text, or a number as text.
[[nodiscard]] inline std::string word_at(element from, std::string_view key) {
  element value;
  if (from[key].get(value) != simdjson::SUCCESS)
    return {};
  if (value.is_string())
    return std::string{value.get_string().value_unsafe()};
  return value.is_number() ? simdjson::minify(value) : std::string{};
}

[[nodiscard]] inline std::int64_t integer_at(element from, std::string_view key,
                                             std::int64_t otherwise) {
  element value;
  if (from[key].get(value) != simdjson::SUCCESS)
    return otherwise;
  std::int64_t number = 0;
  if (value.get_int64().get(number) == simdjson::SUCCESS)
    return number;
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS)
    return otherwise;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size() ? number : otherwise;
}

/// `timestamp` in milliseconds. Meta sends seconds, as a string here and as a number there. What
/// can be no time of these days is none: a database has a last day, too.
[[nodiscard]] inline std::int64_t time_at(element from, std::string_view key,
                                          std::int64_t otherwise_ms) {
  const auto seconds = integer_at(from, key, -1);
  constexpr std::int64_t year_5138 = 100'000'000'000;
  constexpr std::int64_t year_2100_ms = 4'102'444'800'000;
  if (seconds <= 0)
    return otherwise_ms;
  const auto ms = seconds < year_5138 ? seconds * 1000 : seconds;
  return ms < year_2100_ms ? ms : otherwise_ms;
}

/// Texts go to columns of PostgreSQL, which know no NUL.
[[nodiscard]] inline std::string without_nul(std::string_view text) {
  std::string clean{text};
  std::erase(clean, '\0');
  return clean;
}

/// An id that is looked up: Meta's are some hundred bytes at most, and an index takes no more than
/// some thousand. A longer one is none.
[[nodiscard]] inline std::string id_of(std::string_view text) {
  constexpr std::size_t id_size_max = 512;
  return text.size() <= id_size_max ? without_nul(text) : std::string{};
}

/// What people read of a text from outside.
[[nodiscard]] inline std::string readable(std::string text) {
  constexpr std::size_t text_size_max = 4096;
  text.resize(core::utf8_prefix(text, text_size_max).size());
  return text;
}

[[nodiscard]] inline std::string json_of(element value) {
  std::string json = simdjson::minify(value);
  clean_escapes(json);
  return json;
}

/// Calls `then` with every element of the array under `key`.
template <class Then>
void for_each_at(element from, std::string_view key, Then&& then) {
  simdjson::dom::array list;
  if (from[key].get_array().get(list) != simdjson::SUCCESS)
    return;
  for (const auto each : list)
    then(each);
}

/// "title: details" of one object of an `errors` array.
[[nodiscard]] inline std::string error_text(element error) {
  std::string text{text_at(error, "message")};
  if (text.empty())
    text = text_at(error, "title");
  std::string_view details;
  element data;
  if (error["error_data"].get(data) == simdjson::SUCCESS)
    details = text_at(data, "details");
  if (!details.empty() && details != text) {
    if (!text.empty())
      text += ": ";
    text += details;
  }
  return readable(without_nul(text));
}

} // namespace stentor::meta
