#include "stentor/core/message_template/slot_filter.hpp"

#include "stentor/core/base/characters.hpp"
#include "stentor/core/base/enum_names.hpp"
#include "stentor/core/base/letter_case.hpp"
#include "stentor/core/base/money.hpp"
#include "stentor/core/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 6> names{"upper", "lower", "title",
                                                "first", "date",  "money"};
constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};
constexpr std::string_view date_marks = "demYyBbAaHM%";
constexpr std::size_t short_name = 3;

std::string changed(std::string_view text, char32_t (*change)(char32_t) noexcept) {
  std::string to;
  while (!text.empty()) {
    const auto [code, bytes] = first_character(text);
    if (const auto other = change(code); other != code)
      append_utf8(to, other);
    else
      to += text.substr(0, bytes);
    text.remove_prefix(bytes);
  }
  return to;
}

/// A word of one case only begins with a capital letter and goes on small.
std::string titled_word(std::string_view word) {
  const auto first = word.substr(0, first_character(word).bytes);
  const auto tail = word.substr(first.size());
  const bool one_case =
      tail == changed(tail, small_letter) || tail == changed(tail, capital_letter);
  return changed(first, capital_letter) +
         (one_case ? changed(tail, small_letter) : std::string{tail});
}

std::string titled(std::string_view text) {
  std::string to;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" -"), text.size());
    if (end > 0)
      to += titled_word(text.substr(0, end));
    to += text.substr(end, 1);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return to;
}

struct moment {
  std::chrono::year_month_day day;
  int hour = 0;
  int minute = 0;
};

/// So many digits at a place; none when there are others.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count)
    return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<moment> moment_of(std::string_view text) {
  const auto year = digits_at(text, 0, 4);
  const auto month = digits_at(text, 5, 2);
  const auto day = digits_at(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  moment m{std::chrono::year{*year} / *month / *day};
  if (!m.day.ok())
    return std::nullopt;
  if (text.size() == 10)
    return m;
  const auto hour = digits_at(text, 11, 2);
  const auto minute = digits_at(text, 14, 2);
  if ((text[10] != 'T' && text[10] != ' ') || !hour || !minute || text[13] != ':' || *hour > 23 ||
      *minute > 59)
    return std::nullopt;
  m.hour = *hour;
  m.minute = *minute;
  return m;
}

std::string padded(int value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

std::string part_of(const moment& m, char mark) {
  const auto month = static_cast<unsigned>(m.day.month());
  const auto day = static_cast<int>(static_cast<unsigned>(m.day.day()));
  const auto year = static_cast<int>(m.day.year());
  const auto weekday = std::chrono::weekday{std::chrono::sys_days{m.day}}.c_encoding();
  switch (mark) {
  case 'd':
    return padded(day);
  case 'e':
    return std::to_string(day);
  case 'm':
    return padded(static_cast<int>(month));
  case 'Y':
    return std::to_string(year);
  case 'y':
    return padded(year % 100);
  case 'B':
    return std::string{months[month - 1]};
  case 'b':
    return std::string{months[month - 1].substr(0, short_name)};
  case 'A':
    return std::string{days[weekday]};
  case 'a':
    return std::string{days[weekday].substr(0, short_name)};
  case 'H':
    return padded(m.hour);
  case 'M':
    return padded(m.minute);
  default:
    return "%";
  }
}

std::optional<std::string> dated(std::string_view format, std::string_view value) {
  const auto m = moment_of(value);
  if (!m)
    return std::nullopt;
  std::string to;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size())
      to += part_of(*m, format[++i]);
    else
      to += format[i];
  }
  return to;
}

} // namespace

std::optional<filter_kind> filter_kind_from(std::string_view name) noexcept {
  return value_in<filter_kind>(names, name);
}

std::string problem_of(const slot_filter& filter) {
  const auto& argument = filter.argument;
  if (filter.kind == filter_kind::money)
    return is_currency(argument) ? "" : "needs a currency of three letters, such as money(INR)";
  if (filter.kind != filter_kind::date)
    return argument.empty() ? "" : "takes no argument";
  if (argument.empty())
    return "needs a form, such as date(%d %B)";
  for (auto at = argument.find('%'); at != std::string::npos; at = argument.find('%', at + 2))
    if (at + 1 == argument.size() || date_marks.find(argument[at + 1]) == std::string_view::npos)
      return "knows %d %e %m %Y %y %B %b %A %a %H %M, and not \"" + argument.substr(at, 2) + "\"";
  return {};
}

std::optional<std::string> filtered(const slot_filter& filter, std::string_view value) {
  switch (filter.kind) {
  case filter_kind::upper:
    return changed(value, capital_letter);
  case filter_kind::lower:
    return changed(value, small_letter);
  case filter_kind::title:
    return titled(value);
  case filter_kind::first:
    return std::string{value.substr(0, value.find(' '))};
  case filter_kind::date:
    return dated(filter.argument, value);
  case filter_kind::money:
    if (const auto micros = micros_from(value))
      return money_text(*micros, filter.argument);
    return std::nullopt;
  }
  return std::nullopt;
}

} // namespace stentor::core
