/// Policies and their texts. Pure; any thread.
#include "stentor/core/campaign/policy.hpp"

#include "stentor/core/campaign/draft.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};
constexpr std::int32_t day_minutes = 24 * 60;

/// "12-25"
std::optional<std::chrono::month_day> date_from(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != '-' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return std::nullopt;
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
  };
  const std::chrono::month_day date{std::chrono::month{number(0)}, std::chrono::day{number(3)}};
  return date.ok() ? std::optional{date} : std::nullopt;
}

/// Days or dates behind commas.
bool read_days(std::string_view text, quiet_span& to) {
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    const auto word = text.substr(0, end);
    const auto day = std::find(day_names.begin(), day_names.end(), word);
    if (day != day_names.end())
      to.days.push_back(static_cast<std::uint8_t>(day - day_names.begin() + 1));
    else if (const auto date = date_from(word))
      to.dates.push_back(*date);
    else
      return false;
    if (end + 1 == text.size())
      return false; // ends with a comma
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return to.days.empty() || to.dates.empty();
}

bool read_times(std::string_view text, quiet_span& to) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos)
    return false;
  const auto from = minute_of_day(text.substr(0, dash));
  const auto until = minute_of_day(text.substr(dash + 1));
  if (!from || !until || *from == *until || *from == day_minutes)
    return false;
  to.from_minute = *from;
  to.until_minute = *until;
  if (to.from_minute == 0 && to.until_minute == day_minutes)
    to.until_minute = 0; // all day
  return true;
}

} // namespace

bool policy::has_quiet_hours() const {
  return !quiet_hours.empty() ||
         std::any_of(quiet_hours_of.begin(), quiet_hours_of.end(),
                     [](const auto& country) { return !country.second.empty(); });
}

const std::vector<quiet_span>& policy::quiet_hours_in(std::string_view country) const {
  const auto own = quiet_hours_of.find(country);
  return own == quiet_hours_of.end() ? quiet_hours : own->second;
}

bool hours_differ(const std::optional<send_window>& window, const policy& rules,
                  bool is_marketing) {
  return (window && window->time_zone == recipient_zone) ||
         (is_marketing && rules.has_quiet_hours());
}

std::optional<quiet_span> quiet_span_from(std::string_view text) {
  quiet_span span;
  const auto space = text.find(' ');
  const auto first = text.substr(0, space);
  if (space == std::string_view::npos && first.find(':') != std::string_view::npos)
    return read_times(first, span) ? std::optional{span} : std::nullopt;
  if (first.empty() || !read_days(first, span))
    return std::nullopt;
  if (space != std::string_view::npos && !read_times(text.substr(space + 1), span))
    return std::nullopt;
  return span;
}

std::string to_text(const quiet_span& span) {
  std::string text;
  const auto add = [&](std::string_view word) {
    text += text.empty() ? "" : ",";
    text += word;
  };
  for (const auto day : span.days)
    add(day_names[static_cast<std::size_t>(day - 1) % 7]);
  for (const auto date : span.dates) {
    const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    add(two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day())));
  }
  const bool all_day = span.from_minute == span.until_minute;
  if (all_day && !text.empty())
    return text;
  text += text.empty() ? "" : " ";
  const auto until = all_day || span.until_minute == 0 ? day_minutes : span.until_minute;
  return text + clock_text(all_day ? 0 : span.from_minute) + "-" + clock_text(until);
}

} // namespace stentor::core
