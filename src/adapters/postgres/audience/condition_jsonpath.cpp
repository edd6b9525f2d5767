#include "adapters/postgres/audience/condition_jsonpath.hpp"

#include "adapters/postgres/audience/condition_totals.hpp"
#include "stentor/core/base/characters.hpp"
#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/base/letter_case.hpp"
#include "stentor/core/base/utf8.hpp"

namespace stentor::postgres {

namespace {

using core::comparison;
using core::field_test;
using core::operand;

std::string json_string(std::string_view text) {
  std::string json;
  core::append_json_string(json, text);
  return json;
}

/// A path writes equality with two signs.
std::string_view path_sign(comparison how) {
  constexpr std::string_view equal = " = ";
  const std::string_view sign = sign_of(how);
  return sign == equal ? " == " : sign;
}

class path_writer {
public:
  explicit path_writer(const core::zone_clock& clock) : clock_{clock} {}

  /// Everything about the value that `at` stands for.
  std::string all_of(const core::path_node& node, const std::string& at) const {
    std::string text;
    const auto append = [&](const std::string& one) { text += (text.empty() ? "" : " && ") + one; };
    for (const auto* test : node.tests)
      append(test_of(*test));
    for (const auto& next : node.below)
      append("exists(" + at + "." + json_string(next.name) + " ? (" + all_of(next, "@") + "))");
    return text;
  }

private:
  std::string test_of(const field_test& t) const {
    switch (t.how) {
    case comparison::exists:
      return "@ != null";
    case comparison::between:
      return "@ >= " + literal(t.values[0]) + " && @ <= " + literal(t.values[1]);
    case comparison::contains:
    case comparison::starts_with:
    case comparison::ends_with:
      return "@ like_regex " + json_string(pattern_of(std::get<std::string>(t.values[0]), t.how));
    case comparison::anniversary:
      return "@ like_regex " + json_string("^[0-9]{4}-" + month_and_day(t.values[0], clock_));
    case comparison::in:
      return any_of(t.values);
    default:
      return "@" + std::string{path_sign(t.how)} + literal(t.values[0]);
    }
  }

  std::string any_of(const std::vector<operand>& values) const {
    std::string text;
    for (const auto& value : values)
      text += (text.empty() ? "(@ == " : " || @ == ") + literal(value);
    return text + ")";
  }

  std::string literal(const operand& value) const { return literal_of(value, clock_); }

  const core::zone_clock& clock_;
};

} // namespace

std::string jsonpath_of(const core::path_node& document, const core::zone_clock& clock) {
  return path_writer{clock}.all_of(document, "$");
}

std::string values_path(const std::vector<std::string>& path) {
  std::string text = "$";
  for (const auto& part : path)
    text += "." + json_string(part) + "[*]";
  return text + "[*]";
}

std::string plain_path(const std::vector<std::string>& path) {
  std::string text = "strict $";
  for (const auto& part : path)
    text += "." + json_string(part);
  return text;
}

std::string plain_comparison(comparison how, const operand& value, const core::zone_clock& clock) {
  return "strict $" + std::string{path_sign(how)} + literal_of(value, clock);
}

std::string literal_of(const operand& value, const core::zone_clock& clock) {
  if (const auto* text = std::get_if<std::string>(&value))
    return json_string(*text);
  if (const auto* number = std::get_if<core::decimal>(&value))
    return number->to_text();
  if (const auto* yes = std::get_if<bool>(&value))
    return *yes ? "true" : "false";
  return json_string(core::attribute_time(std::get<core::moment>(value), clock));
}

std::string pattern_of(std::string_view text, comparison how) {
  constexpr std::string_view special = ".[]{}()\\*+?^$|";
  std::string pattern = how == comparison::starts_with ? "^" : "";
  while (!text.empty()) {
    const auto c = core::first_character(text);
    const auto small = core::small_letter(c.code);
    const auto capital = core::capital_letter(c.code);
    if (small != capital) {
      pattern += "[";
      core::append_utf8(pattern, small);
      core::append_utf8(pattern, capital);
      pattern += "]";
    } else {
      if (c.bytes == 1 && special.find(text.front()) != std::string_view::npos)
        pattern += "\\";
      pattern += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  return how == comparison::ends_with ? pattern + "$" : pattern;
}

std::string month_and_day(const operand& value, const core::zone_clock& clock) {
  const auto date = core::day_of(core::resolved(std::get<core::moment>(value), clock), clock);
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

} // namespace stentor::postgres
