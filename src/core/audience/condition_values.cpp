#include "stentor/core/audience/condition_values.hpp"

#include "stentor/core/base/rfc3339.hpp"

#include <cmath>

namespace stentor::core {

namespace {

using kind = json_value::kind;
namespace limits = condition_limits;

constexpr const char* time_example =
    "such as \"2026-11-28\", \"2026-11-28T10:00:00Z\" or \"now-30d\"";

/// What a value of this type is called, in "expected a number to compare with".
std::string wanted(value_type type, bool ordered) {
  switch (type) {
  case value_type::text:
    return "a text";
  case value_type::number:
    return "a number";
  case value_type::boolean:
    return "true or false";
  case value_type::time:
    return "a time";
  case value_type::any:
    break;
  }
  return ordered ? "a number or a text" : "a number, a text, or true or false";
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// "2026-11-28", and for the seed's callers "2026-11" and "2026": the first day.
std::optional<std::chrono::year_month_day> date_from(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10)
    return std::nullopt;
  if ((text.size() > 4 && text[4] != '-') || (text.size() > 7 && text[7] != '-'))
    return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = text.size() > 4 ? digits(text.substr(5, 2)) : 1;
  const auto day = text.size() > 7 ? digits(text.substr(8, 2)) : 1;
  if (!year || !month || !day || *year == 0)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional{date} : std::nullopt;
}

std::optional<moment> moment_from(std::string_view text) {
  if (const auto relative = relative_time_from(text))
    return moment{*relative};
  if (const auto date = date_from(text))
    return moment{*date};
  if (const auto at = wall_time_from(text))
    return moment{*at};
  return std::nullopt;
}

/// "now", "now-…", "now/…": meant as a relative time, well written or not.
bool means_now(std::string_view text) {
  constexpr std::string_view now = "now";
  return text.starts_with(now) &&
         (text.size() == now.size() ||
          std::string_view{"+-/"}.find(text[now.size()]) != std::string_view::npos);
}

std::optional<operand> text_operand(const json_value& value, value_type type,
                                    const std::string& path, problem_list& problems) {
  auto text = read_text(&value, limits::text_bytes_max, path, "", problems);
  if (!text)
    return std::nullopt;
  if (type == value_type::text)
    return operand{std::move(*text)};
  if (type == value_type::any && !means_now(*text))
    return operand{std::move(*text)};
  const auto when = moment_from(*text);
  if (when)
    return operand{*when};
  problems.add(path, type == value_type::any
                         ? "is no time relative to now: expected a form such as \"now-30d\", "
                           "\"now-1M/M\" or \"now+7d/d\""
                         : std::string{"expected a time to compare with, "} + time_example);
  return std::nullopt;
}

std::optional<operand> number_operand(const json_value& value, const std::string& path,
                                      problem_list& problems) {
  const auto number = decimal::from(value.text);
  if (number && number->digits() <= limits::number_digits_max &&
      std::abs(number->magnitude()) <= limits::number_magnitude_max)
    return operand{*number};
  problems.add(path, "expected a number of at most " + std::to_string(limits::number_digits_max) +
                         " digits, below 1e" + std::to_string(limits::number_magnitude_max));
  return std::nullopt;
}

bool is_text_like(const operand& o) {
  return std::holds_alternative<std::string>(o) || std::holds_alternative<moment>(o);
}

std::vector<operand> read_list(const json_value* value, comparison how, value_type type,
                               const std::string& path, problem_list& problems) {
  std::vector<operand> read;
  const bool pair = how == comparison::between;
  if (value == nullptr || value->is != kind::list || value->items.empty() ||
      (pair && value->items.size() != 2)) {
    problems.add(path, pair ? "expected a list of two values, the least and the greatest"
                            : "expected a list of values, not " +
                                  (value != nullptr && value->is == kind::list ? "an empty one"
                                                                               : kind_of(value)));
    return read;
  }
  if (value->items.size() > limits::values_max) {
    problems.add(path, "holds more than " + std::to_string(limits::values_max) + " values");
    return read;
  }
  for (std::size_t i = 0; i < value->items.size(); ++i)
    if (auto one = read_operand(&value->items[i], type, pair, path + "[" + std::to_string(i) + "]",
                                problems))
      read.push_back(std::move(*one));
  if (pair && read.size() == 2 && is_text_like(read[0]) != is_text_like(read[1]))
    problems.add(path, "expected two numbers or two texts, not one of each");
  return read;
}

} // namespace

std::string kind_of(const json_value* value) {
  switch (value == nullptr ? kind::null : value->is) {
  case kind::boolean:
    return "true or false";
  case kind::number:
    return "a number";
  case kind::text:
    return "a text";
  case kind::list:
    return "a list";
  case kind::object:
    return "an object";
  case kind::null:
    break;
  }
  return value == nullptr ? "nothing" : "null";
}

std::optional<std::string> read_text(const json_value* value, std::size_t bytes_max,
                                     const std::string& path, const std::string& expected,
                                     problem_list& problems) {
  if (value == nullptr || value->is != kind::text) {
    problems.add(path, expected + ", not " + kind_of(value));
    return std::nullopt;
  }
  if (value->text.size() > bytes_max) {
    problems.add(path, "is longer than " + std::to_string(bytes_max) + " bytes");
    return std::nullopt;
  }
  if (value->text.find('\0') != std::string::npos) {
    problems.add(path, "holds a NUL character");
    return std::nullopt;
  }
  return value->text;
}

std::optional<operand> read_operand(const json_value* value, value_type type, bool ordered,
                                    const std::string& path, problem_list& problems) {
  const auto is = value == nullptr ? kind::null : value->is;
  const bool any = type == value_type::any;
  if (is == kind::text && (any || type == value_type::text || type == value_type::time))
    return text_operand(*value, type, path, problems);
  if (is == kind::number && (any || type == value_type::number))
    return number_operand(*value, path, problems);
  if (is == kind::boolean && !ordered && (any || type == value_type::boolean))
    return operand{value->text == "true"};
  problems.add(path,
               "expected " + wanted(type, ordered) + " to compare with, not " + kind_of(value));
  return std::nullopt;
}

std::optional<calendar_span> read_span(const json_value* value, const std::string& path,
                                       problem_list& problems) {
  if (value != nullptr && value->is == kind::text)
    if (const auto span = calendar_span_from(value->text); span && span->amount > 0)
      return span;
  problems.add(path, "expected a span of time of at most 1,000 years, such as \"30d\" (s m h d w M "
                     "y)");
  return std::nullopt;
}

std::vector<operand> read_operands(const json_value* value, comparison how, value_type type,
                                   const std::string& path, problem_list& problems) {
  std::vector<operand> read;
  std::optional<operand> one;
  switch (how) {
  case comparison::exists:
    return read;
  case comparison::between:
  case comparison::in:
    return read_list(value, how, type, path, problems);
  case comparison::contains:
  case comparison::starts_with:
  case comparison::ends_with:
    if (auto text = read_text(value, limits::text_bytes_max, path, "expected a text", problems)) {
      if (text->empty())
        problems.add(path, "expected a text of at least one character");
      one = operand{std::move(*text)};
    }
    break;
  case comparison::anniversary:
    one = read_operand(value, value_type::time, true, path, problems);
    break;
  default:
    one = read_operand(value, type, how != comparison::eq, path, problems);
  }
  if (one)
    read.push_back(std::move(*one));
  return read;
}

} // namespace stentor::core
