/// Reads strictly: whatever a rule does not know, or can't hold, is told with its path.
#include "stentor/core/campaign/recurrence_text.hpp"

#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/base/printable.hpp"
#include "stentor/core/base/rfc3339.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

namespace stentor::core {

namespace {

using namespace recurrence_limits;
using kind = json_value::kind;

constexpr std::int32_t minutes_a_day = 24 * 60;
constexpr int month_days_max = 31;
constexpr int weeks_a_month_max = 5;
constexpr std::array<std::string_view, 3> freq_names{"daily", "weekly", "monthly"};
constexpr std::array<std::string_view, 7> weekday_names{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

std::optional<std::int64_t> integer_in(std::string_view text) noexcept {
  std::int64_t n = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, n);
  if (problem != std::errc{} || at != end)
    return std::nullopt;
  return n;
}

/// "TH", "2TU", "+2TU", "-1FR".
std::optional<recurrence_weekday> weekday_from(std::string_view text) noexcept {
  if (text.size() < 2)
    return std::nullopt;
  const auto name =
      std::find(weekday_names.begin(), weekday_names.end(), text.substr(text.size() - 2));
  if (name == weekday_names.end())
    return std::nullopt;
  recurrence_weekday read{static_cast<std::uint8_t>(name - weekday_names.begin() + 1), 0};
  auto number = text.substr(0, text.size() - 2);
  if (number.empty())
    return read;
  const bool plus = number.front() == '+';
  const auto nth = integer_in(number.substr(plus ? 1 : 0));
  if (!nth || *nth == 0 || *nth > weeks_a_month_max || *nth < (plus ? 0 : -weeks_a_month_max))
    return std::nullopt;
  read.nth = static_cast<std::int8_t>(*nth);
  return read;
}

std::string text_of(const recurrence_weekday& day) {
  return (day.nth == 0 ? "" : std::to_string(day.nth)) + std::string{weekday_names[day.day - 1U]};
}

class rule_reader {
public:
  rule_reader(const json_value& from, std::vector<draft_problem>& problems)
      : from_{from}, problems_{problems} {}

  std::optional<recurrence> read() {
    const auto before = problems_.size();
    if (from_.is != kind::object) {
      wrong("", "expected an object, such as {\"freq\":\"weekly\",\"byDay\":[\"TH\"],\"at\":"
                "[\"10:00\"],\"timeZone\":\"Asia/Kolkata\"}");
      return std::nullopt;
    }
    read_freq();
    rule_.interval = number("interval", interval_max).value_or(1);
    read_days();
    read_month_days();
    read_times();
    read_zone();
    rule_.from = day("from");
    rule_.until = day("until");
    rule_.count = number("count", count_max);
    read_except();
    refuse_unknown();
    check_together();
    if (problems_.size() > before)
      return std::nullopt;
    return std::move(rule_);
  }

private:
  void wrong(std::string_view path, std::string sentence) {
    problems_.push_back(
        {path.empty() ? "recurrence" : "recurrence." + std::string{path}, std::move(sentence)});
  }

  /// nullptr when it is absent or null.
  const json_value* find(std::string_view name) {
    known_.insert(name);
    const auto* value = from_.find(name);
    return value == nullptr || value->is == kind::null ? nullptr : value;
  }

  void read_freq() {
    const auto* value = find("freq");
    if (value == nullptr)
      return wrong("freq", "is required");
    const auto name = std::find(freq_names.begin(), freq_names.end(), value->text);
    if (value->is != kind::text || name == freq_names.end())
      return wrong("freq", "expected one of daily, weekly, monthly");
    rule_.freq = static_cast<recurrence_freq>(name - freq_names.begin());
    has_freq_ = true;
  }

  std::optional<std::int32_t> number(std::string_view name, std::int32_t most) {
    const auto* value = find(name);
    if (value == nullptr)
      return std::nullopt;
    const auto read =
        value->is == kind::number ? integer_in(value->text) : std::optional<std::int64_t>{};
    if (read && *read >= 1 && *read <= most)
      return static_cast<std::int32_t>(*read);
    wrong(name, "expected a whole number from 1 to " + std::to_string(most));
    return std::nullopt;
  }

  std::optional<local_day> day(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr)
      return std::nullopt;
    const auto read = value->is == kind::text ? local_day_from(value->text) : std::nullopt;
    if (!read)
      wrong(name, "expected a day that exists, such as 2026-12-01");
    return read;
  }

  /// Each entry through `read`, which is none for a wrong one; then `expected` says what was.
  template <class T, class Read>
  std::vector<T> list(std::string_view name, std::size_t most, std::string_view expected,
                      Read read) {
    std::vector<T> all;
    const auto* value = find(name);
    if (value == nullptr)
      return all;
    if (value->is != kind::list) {
      wrong(name, "expected an array");
      return all;
    }
    if (value->items.size() > most) {
      wrong(name, "holds more than " + std::to_string(most) + " entries");
      return all;
    }
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      if (const auto one = read(value->items[i]))
        all.push_back(*one);
      else
        wrong(std::string{name} + "[" + std::to_string(i) + "]",
              "expected " + std::string{expected});
    }
    return all;
  }

  void read_days() {
    rule_.by_day = list<recurrence_weekday>(
        "byDay", days_named_max, "MO, TU, WE, TH, FR, SA or SU; of a month also 2TU or -1FR",
        [](const json_value& v) {
          return v.is == kind::text ? weekday_from(v.text) : std::nullopt;
        });
    for (std::size_t i = 0; i < rule_.by_day.size() && rule_.freq != recurrence_freq::monthly; ++i)
      if (rule_.by_day[i].nth != 0)
        return wrong("byDay", "holds a number before the day, which only freq monthly has");
  }

  void read_month_days() {
    rule_.by_month_day =
        list<std::int8_t>("byMonthDay", days_named_max, "1 to 31, or -1 (the last day) to -31",
                          [](const json_value& v) -> std::optional<std::int8_t> {
                            const auto n = v.is == kind::number ? integer_in(v.text) : std::nullopt;
                            if (!n || *n == 0 || *n < -month_days_max || *n > month_days_max)
                              return std::nullopt;
                            return static_cast<std::int8_t>(*n);
                          });
  }

  void read_times() {
    const auto* value = find("at");
    if (value == nullptr || (value->is == kind::list && value->items.empty()))
      return wrong("at", "is required: one to 24 times of day, such as [\"10:00\"]");
    rule_.at =
        list<std::int32_t>("at", times_a_day_max, "a time of day such as 09:00",
                           [](const json_value& v) -> std::optional<std::int32_t> {
                             const auto minute =
                                 v.is == kind::text ? minute_of_day(v.text) : std::nullopt;
                             return minute && *minute < minutes_a_day ? minute : std::nullopt;
                           });
    std::sort(rule_.at.begin(), rule_.at.end());
    rule_.at.erase(std::unique(rule_.at.begin(), rule_.at.end()), rule_.at.end());
  }

  void read_zone() {
    const auto* value = find("timeZone");
    if (value == nullptr || (value->is == kind::text && value->text.empty()))
      return wrong("timeZone", "is required");
    if (value->is != kind::text || value->text.size() > draft_limits::time_zone_bytes_max ||
        has_control(value->text))
      return wrong("timeZone", "expected a time zone of the IANA database, such as Europe/Berlin");
    rule_.time_zone = value->text;
  }

  void read_except() {
    rule_.except = list<local_day>(
        "except", except_max, "a day that exists, such as 2026-12-24", [](const json_value& v) {
          return v.is == kind::text ? local_day_from(v.text) : std::nullopt;
        });
    std::sort(rule_.except.begin(), rule_.except.end());
    rule_.except.erase(std::unique(rule_.except.begin(), rule_.except.end()), rule_.except.end());
  }

  void refuse_unknown() {
    constexpr std::size_t echo_max = 40;
    for (const auto& [name, value] : from_.members)
      if (!known_.contains(name))
        wrong(printable(std::string_view{name}.substr(0, echo_max)), "is not known here");
  }

  void check_together() {
    if (has_freq_ && rule_.freq == recurrence_freq::daily && !rule_.by_day.empty())
      wrong("byDay", "belongs to freq weekly or monthly; for some days of each week say weekly");
    if (has_freq_ && rule_.freq != recurrence_freq::monthly && !rule_.by_month_day.empty())
      wrong("byMonthDay", "belongs to freq monthly");
    if (rule_.until && rule_.count)
      wrong("count", "can't stand beside until: a rule ends by one of them");
    if (rule_.from && rule_.until && *rule_.until < *rule_.from)
      wrong("until", "lies before from");
  }

  const json_value& from_;
  std::vector<draft_problem>& problems_;
  std::set<std::string_view> known_;
  recurrence rule_;
  bool has_freq_ = false;
};

/// Members of an object, in order.
class rule_writer {
public:
  void member(std::string_view name, const std::string& json) {
    json_ += (json_.size() > 1 ? ",\"" : "\"") + std::string{name} + "\":" + json;
  }
  template <class T, class Show>
  void list(std::string_view name, const std::vector<T>& values, Show show) {
    if (values.empty())
      return;
    std::string json = "[";
    for (const auto& value : values)
      json += (json.size() > 1 ? "," : "") + show(value);
    member(name, json + "]");
  }
  std::string take() { return json_ + "}"; }

private:
  std::string json_ = "{";
};

std::string json_of_text(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

} // namespace

std::optional<recurrence> read_recurrence(const json_value& from,
                                          std::vector<draft_problem>& problems) {
  return rule_reader{from, problems}.read();
}

std::string to_json(const recurrence& rule) {
  const auto day = [](local_day d) { return json_of_text(to_text(d)); };
  rule_writer out;
  out.member("freq", json_of_text(freq_names[static_cast<std::size_t>(rule.freq)]));
  if (rule.interval != 1)
    out.member("interval", std::to_string(rule.interval));
  out.list("byDay", rule.by_day, [](const auto& d) { return json_of_text(text_of(d)); });
  out.list("byMonthDay", rule.by_month_day, [](auto d) { return std::to_string(d); });
  out.list("at", rule.at, [](auto minute) { return json_of_text(clock_text(minute)); });
  out.member("timeZone", json_of_text(rule.time_zone));
  if (rule.from)
    out.member("from", day(*rule.from));
  if (rule.until)
    out.member("until", day(*rule.until));
  if (rule.count)
    out.member("count", std::to_string(*rule.count));
  out.list("except", rule.except, day);
  return out.take();
}

std::optional<local_day> local_day_from(std::string_view text) noexcept {
  constexpr std::size_t size = 10; // what follows it in a time would be read, too
  if (text.size() != size)
    return std::nullopt;
  char whole[size + 11];
  std::copy(text.begin(), text.end(), whole);
  constexpr std::string_view midnight = "T00:00:00Z";
  std::copy(midnight.begin(), midnight.end(), whole + size);
  const auto at = wall_time_from({whole, size + midnight.size()});
  if (!at)
    return std::nullopt;
  return std::chrono::floor<std::chrono::days>(*at);
}

std::string to_text(local_day day) {
  return to_text(wall_time{day}).substr(0, 10);
}

std::string local_text(wall_time at, const zone_offset& zone) {
  auto text = to_text(wall_time{at + zone.offset}).substr(0, 16);
  text[10] = ' ';
  return text;
}

} // namespace stentor::core
