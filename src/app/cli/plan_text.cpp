#include "app/cli/plan_text.hpp"

#include "app/cli/console.hpp"
#include "app/cli/json_text.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <vector>

namespace stentor::app {

namespace {

constexpr std::size_t days_shown = 14;
constexpr std::size_t parts_shown = 20;
constexpr std::size_t label_width = 22;

std::string row(const std::string& name, const std::string& value) {
  return "  " + padded(name, label_width) + value + "\n";
}

std::string days_text(const nlohmann::json& forecast) {
  const auto& days = items_of(forecast, "days");
  std::string text;
  std::size_t shown = 0;
  for (const auto& day : days) {
    if (++shown > days_shown) {
      text += row("", "and " + std::to_string(days.size() - days_shown) + " days more");
      break;
    }
    text += row(shown == 1 ? "people by day" : "",
                text_of(day, "date") + "  " + grouped(count_of(day, "people")));
  }
  return text;
}

std::string parts_text(const nlohmann::json& now) {
  const auto& parts = items_of(now, "parts");
  if (parts.size() < 2)
    return "";
  std::string text;
  std::size_t shown = 0;
  for (const auto& part : parts) {
    if (++shown > parts_shown) {
      text += row("", "and " + std::to_string(parts.size() - parts_shown) +
                          " places more; --json "
                          "lists them");
      break;
    }
    const bool open = flag_of(part, "open");
    const auto changes = text_of(part, "changesAt");
    text += row(shown == 1 ? "places" : "",
                text_of(part, "country") + "  " + padded(grouped(count_of(part, "left")), 12) +
                    (open ? "open" : "closed: " + limit_words(text_of(part, "closedBy"))) +
                    (changes.empty() ? "" : ", until " + time_text(changes)));
  }
  return text;
}

} // namespace

std::string limit_words(const std::string& limit) {
  if (limit.empty())
    return "nothing";
  if (limit == "rate")
    return "its own rate limit";
  if (limit == "numbers")
    return "what its numbers may send";
  if (limit == "window")
    return "its send window";
  if (limit == "opens_at")
    return "the time at which it starts there";
  if (limit == "spread")
    return "its spreading";
  if (limit == "start")
    return "it has not been started";
  return words_of(limit);
}

std::string forecast_text(std::string_view forecast_json) {
  const auto forecast = parsed(forecast_json);
  if (!forecast.is_object())
    return "";
  std::string text;
  const auto first = text_of(forecast, "firstMessage");
  text += row("first message", first.empty() ? "never" : time_text(first));
  const auto finish = text_of(forecast, "finish");
  text += row("last message",
              finish.empty()
                  ? "not all can be sent: " + grouped(count_of(forecast, "left")) + " are left over"
                  : time_text(finish));
  text += row("time goes to", limit_words(text_of(forecast, "binding")));
  if (const auto without = forecast.value("without", json{}); without.is_object())
    for (const auto& [limit, at] : without.items())
      text += row("without it", "over at " + time_text(text_of(without, limit.c_str())));
  return text + days_text(forecast);
}

std::string plan_text(std::string_view answer_json) {
  const auto answer = parsed(answer_json);
  const auto now = answer.is_object() && answer.contains("now") ? answer["now"] : nlohmann::json{};
  std::string text;
  text += row("status", text_of(answer, "status"));
  text += row("limited now by", limit_words(text_of(now, "limitedBy")));
  text += row("messages per second", text_of(now, "perSecond"));
  text += row("not yet claimed", grouped(count_of(now, "left")));
  text += row("of them in open hours", grouped(count_of(now, "leftOpen")));
  text += parts_text(now);
  const auto forecast = answer.is_object() && answer.contains("forecast")
                            ? forecast_text(answer["forecast"].dump())
                            : std::string{};
  if (forecast.empty())
    return text + "There is no list yet, so nothing can be foreseen.\n";
  return text + forecast;
}

namespace {

/// Of a preflight: who gets it in which language, where there are several, and who lacks something.
std::string audience_text(const nlohmann::json& answer) {
  std::string text;
  if (!answer.is_object() || !answer.contains("audience"))
    return text;
  const auto rows = [&](const char* key, std::size_t least, const std::string& name) {
    const auto& audience = answer["audience"];
    if (!audience.is_object() || !audience.contains(key) || audience[key].size() < least)
      return;
    for (const auto& [what, people] : audience[key].items())
      if (people.is_number())
        text += row(name + what, grouped(people.get<std::int64_t>()));
  };
  rows("languages", 2, "in ");
  rows("variablesMissing", 1, "without ");
  const auto& audience = answer["audience"];
  if (!audience.is_object() || !audience.contains("people") || !audience["people"].is_number())
    return text;
  const bool exact = audience.value("exact", nlohmann::json{}) == true;
  text += row("customers now", (exact ? "" : "about ") + grouped(count_of(audience, "people")));
  if (!exact)
    return text;
  rows("screened", 1, "left out, ");
  text += row("would get it", grouped(count_of(audience, "sendable")));
  if (const auto waiting = count_of(audience, "waiting"); waiting > 0)
    text += row("of these later", grouped(waiting));
  return text;
}

} // namespace

std::string preflight_text(std::string_view answer_json) {
  const auto answer = parsed(answer_json);
  std::string text;
  for (const auto& obstacle : items_of(answer, "obstacles"))
    text += "In the way: " + text_of(obstacle, "text") + "\n";
  if (text.empty())
    text = "Nothing is in the way.\n";
  for (const auto& warning : items_of(answer, "warnings"))
    text += "Note: " + text_of(warning, "text") + "\n";
  text += row("recipients", grouped(count_of(answer, "totalRecipients")));
  text += row("screened out", grouped(count_of(answer, "screenedCount")));
  text += row("can be sent to", grouped(count_of(answer, "sendable")));
  text += audience_text(answer);
  text += row("messages per second", text_of(answer, "messagesPerSecond"));
  if (const auto seconds = count_of(answer, "expectedDurationSeconds"); seconds > 0)
    text += row("takes about", duration_text(std::chrono::seconds{seconds}));
  if (answer.is_object() && answer.contains("plan"))
    text += forecast_text(answer["plan"].dump());
  return text;
}

} // namespace stentor::app
