#include "stentor/core/contact/attribute.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/base/white_space.hpp"
#include "stentor/core/contact/import_columns.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace stentor::core {

namespace {

constexpr std::array<std::pair<attribute_type, std::string_view>, 5> names{
    {{attribute_type::text, "text"},
     {attribute_type::number, "number"},
     {attribute_type::boolean, "boolean"},
     {attribute_type::time, "time"},
     {attribute_type::list, "list"}}};

constexpr std::size_t number_bytes_max = 100;

constexpr std::array no_words{
    std::string_view{"no"},   std::string_view{"false"}, std::string_view{"0"},
    std::string_view{"n"},    std::string_view{"f"},     std::string_view{"off"},
    std::string_view{"nein"}, std::string_view{"não"},   std::string_view{"nao"},
    std::string_view{"non"},  std::string_view{"falsch"}};
bool same_word(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == y; });
}

std::string quoted(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

/// A decimal number as JSON writes it: no plus, no leading zeros. Finite, since everything that
/// computes with it does so in doubles.
std::optional<std::string> number_of(std::string_view text) {
  if (text.empty() || text.size() > number_bytes_max)
    return std::nullopt;
  if (text.front() == '+')
    text.remove_prefix(1);
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_digit_first =
      !text.empty() && (text.front() == '-' ? text.size() > 1 && text[1] >= '0' && text[1] <= '9'
                                            : text.front() >= '0' && text.front() <= '9');
  if (problem != std::errc{} || end != text.data() + text.size() || !is_digit_first ||
      !std::isfinite(value))
    return std::nullopt;
  std::string json{text.front() == '-' ? "-" : ""};
  text.remove_prefix(json.size());
  while (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9')
    text.remove_prefix(1);
  // JSON wants a digit behind the point.
  const auto point = text.find('.');
  const bool bare =
      point != std::string_view::npos &&
      (point + 1 == text.size() || !(text[point + 1] >= '0' && text[point + 1] <= '9'));
  if (bare)
    return std::nullopt;
  return json.append(text);
}

std::optional<std::string> boolean_of(std::string_view text) {
  if (says_yes(text))
    return "true";
  const bool says_no = std::any_of(no_words.begin(), no_words.end(),
                                   [text](std::string_view no) { return same_word(text, no); });
  return says_no ? std::optional<std::string>{"false"} : std::nullopt;
}

std::optional<std::string> time_of(std::string_view text) {
  constexpr std::size_t day_length = 10;
  if (text.size() == day_length) // a day is one if its midnight is a time
    return wall_time_from(std::string{text} + "T00:00:00Z") ? std::optional{quoted(text)}
                                                            : std::nullopt;
  const auto moment = wall_time_from(text);
  if (!moment)
    return std::nullopt;
  // Of ".25Z" and "Z" the first would be the smaller text, and conditions ask for whole seconds.
  auto utc = to_text(wall_time{std::chrono::floor<std::chrono::seconds>(*moment)});
  constexpr std::string_view zero = "+00:00";
  if (utc.ends_with(zero))
    utc.replace(utc.size() - zero.size(), zero.size(), "Z");
  return quoted(utc);
}

std::string list_of(std::string_view text) {
  std::string json = "[";
  for (const auto& entry : listed_texts(text)) {
    json += json.size() > 1 ? "," : "";
    append_json_string(json, entry);
  }
  return json += ']';
}

std::optional<std::string> converted_text(attribute_type type, std::string_view text) {
  std::string storage;
  const auto word = tidy_white_space(text, storage);
  switch (type) {
  case attribute_type::text:
    return quoted(text);
  case attribute_type::number:
    return number_of(word);
  case attribute_type::boolean:
    return boolean_of(word);
  case attribute_type::time:
    return time_of(word);
  case attribute_type::list:
    return list_of(text);
  }
  return std::nullopt;
}

std::optional<std::string> converted_value(attribute_type type, const written_value& v) {
  if (v.kind == json_kind::text)
    return converted_text(type, v.text);
  const bool is_scalar = v.kind == json_kind::number || v.kind == json_kind::boolean;
  switch (type) {
  case attribute_type::text:
    return is_scalar ? std::optional{quoted(v.text)} : std::nullopt;
  case attribute_type::number:
    return v.kind == json_kind::number ? number_of(v.text) : std::nullopt;
  case attribute_type::boolean:
    return is_scalar ? boolean_of(v.text) : std::nullopt;
  case attribute_type::time:
    return std::nullopt;
  case attribute_type::list:
    if (v.kind == json_kind::list)
      return std::string{v.text};
    return is_scalar ? std::optional{"[" + std::string{v.text} + "]"} : std::nullopt;
  }
  return std::nullopt;
}

std::string_view expectation(attribute_type type) noexcept {
  switch (type) {
  case attribute_type::text:
    return "a text";
  case attribute_type::number:
    return "a number such as 12.50";
  case attribute_type::boolean:
    return "yes or no";
  case attribute_type::time:
    return "a day such as 2026-11-20 or a time such as 2026-11-20T10:02:00Z";
  case attribute_type::list:
    return "a list";
  }
  return {};
}

} // namespace

std::string_view to_string(attribute_type type) noexcept {
  return std::find_if(names.begin(), names.end(), [type](const auto& n) { return n.first == type; })
      ->second;
}

std::optional<attribute_type> attribute_type_from(std::string_view text) noexcept {
  const auto found =
      std::find_if(names.begin(), names.end(), [text](const auto& n) { return n.second == text; });
  return found == names.end() ? std::nullopt : std::optional{found->first};
}

std::vector<std::string> listed_texts(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    std::string storage;
    if (const auto entry = tidy_white_space(text.substr(0, end), storage); !entry.empty())
      all.emplace_back(entry);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

std::variant<std::string, sentence> converted(std::string_view attribute, attribute_type type,
                                              const written_value& value) {
  if (auto json = converted_value(type, value))
    return std::move(*json);
  return make_sentence(
      "attribute_of_wrong_type", "attributes.{attribute}: expected {expected}",
      {{"attribute", std::string{attribute}}, {"expected", std::string{expectation(type)}}});
}

} // namespace stentor::core
