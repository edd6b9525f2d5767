#include "app/cli/recurrence_words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace stentor::app {

namespace {

using nlohmann::json;

std::vector<std::string> pieces_of(std::string_view text, std::string_view between) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(between), text.size());
    if (end > 0)
      pieces.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

std::optional<int> small_number(std::string_view text) {
  int n = 0;
  const auto [at, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (problem != std::errc{} || at != text.data() + text.size())
    return std::nullopt;
  return n;
}

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

class words_reader {
public:
  explicit words_reader(std::string_view text) : words_{pieces_of(text, " \t\r\n")} {}

  core::result<std::string> read() {
    if (!read_frequency())
      return wrong("it has to begin with how often: daily, weekly, monthly, or every 2 weeks");
    while (at_ < words_.size()) {
      if (auto s = read_clause(); !s)
        return s.error();
    }
    return rule_.dump();
  }

private:
  static core::error wrong(const std::string& why) {
    return {core::errc::invalid, "--recur: " + why + ". It is: " + std::string{recurrence_grammar}};
  }

  std::string next() { return at_ < words_.size() ? words_[at_++] : std::string{}; }

  bool read_frequency() {
    static const std::pair<std::string_view, const char*> names[] = {
        {"daily", "daily"}, {"weekly", "weekly"}, {"monthly", "monthly"},
        {"day", "daily"},   {"week", "weekly"},   {"month", "monthly"},
        {"days", "daily"},  {"weeks", "weekly"},  {"months", "monthly"}};
    auto word = next();
    const bool every = word == "every";
    if (every) {
      word = next();
      if (const auto interval = small_number(word)) {
        rule_["interval"] = *interval;
        word = next();
      }
    }
    for (const auto& [name, freq] : names)
      if (name == word && every != std::string_view{name}.ends_with("ly")) {
        rule_["freq"] = freq;
        return true;
      }
    return false;
  }

  core::status read_clause() {
    const auto word = next();
    if (const auto count = small_number(word); count && next() == "times") {
      rule_["count"] = *count;
      return core::ok{};
    }
    if (word == "on")
      return read_days();
    if (word == "at")
      return read_list("at");
    if (word == "except")
      return read_list("except");
    if (word == "from" || word == "until")
      return read_day(word);
    // Whatever stands alone is the zone.
    if (word.find('/') == std::string::npos && word != "UTC")
      return wrong("'" + word + "' is not understood");
    rule_["timeZone"] = word;
    return core::ok{};
  }

  core::status read_day(const std::string& name) {
    const auto day = next();
    if (day.empty())
      return wrong("a day is missing behind '" + name + "'");
    rule_[name] = day;
    return core::ok{};
  }

  core::status read_list(const char* name) {
    const auto all = pieces_of(next(), ",");
    if (all.empty())
      return wrong(std::string{"nothing stands behind '"} + name + "'");
    rule_[name] = all;
    return core::ok{};
  }

  /// Numbers are days of a month, everything else days of a week.
  core::status read_days() {
    const auto all = pieces_of(next(), ",");
    if (all.empty())
      return wrong("nothing stands behind 'on'");
    for (const auto& day : all)
      if (const auto number = small_number(day))
        rule_["byMonthDay"].push_back(*number);
      else
        rule_["byDay"].push_back(in_capitals(day));
    return core::ok{};
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  json rule_;
};

} // namespace

core::result<std::string> recurrence_json(std::string_view words) {
  return words_reader{words}.read();
}

} // namespace stentor::app
