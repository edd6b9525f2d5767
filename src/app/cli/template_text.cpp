#include "app/cli/template_text.hpp"

#include "app/cli/console.hpp"
#include "app/cli/json_text.hpp"

#include <nlohmann/json.hpp>

namespace stentor::app {

using nlohmann::json;

namespace {

std::string slot_text(const json& slot) {
  auto text = padded(text_of(slot, "slot"), 22) + padded(text_of(slot, "kind"), 10) +
              padded(text_of(slot, "example"), 20);
  const auto variable = text_of(slot, "variable");
  text += variable.empty() ? "left out without a text" : "{{" + variable + "}} without a text";
  if (const auto place = text_of(slot, "text"); !place.empty())
    text += "\n    in: " + place;
  return text + "\n";
}

/// What a message and a card of a carousel have in common.
std::string part_text(const json& part) {
  std::string text;
  if (part.contains("header") && part["header"].is_object()) {
    const auto& header = part["header"];
    const auto url = text_of(header, "url");
    text += url.empty() ? text_of(header, "text") + "\n"
                        : "[" + text_of(header, "type") + ": " + url + "]\n";
  }
  text += text_of(part, "body") + "\n";
  if (const auto footer = text_of(part, "footer"); !footer.empty())
    text += footer + "\n";
  for (const auto& button : items_of(part, "buttons")) {
    const auto value = text_of(button, "value");
    text += "[ " + text_of(button, "text") + " ]" + (value.empty() ? "" : " " + value) + "\n";
  }
  return text;
}

} // namespace

std::string templates_text(const json& page) {
  const auto& all = items_of(page, "data");
  if (all.empty())
    return "No templates: `stentor template sync` fetches them.\n";
  auto text = padded("ID", 18) + padded("NAME", 34) + padded("LANGUAGE", 10) +
              padded("CATEGORY", 16) + padded("STATUS", 12) + "ACCOUNT\n";
  for (const auto& t : all)
    text += padded(text_of(t, "id"), 17) + " " + padded(text_of(t, "name"), 33) + " " +
            padded(text_of(t, "language"), 10) + padded(text_of(t, "category"), 16) +
            padded(text_of(t, "status"), 12) + text_of(t, "wabaId") + "\n";
  if (const auto total = count_of(page, "total"); total > static_cast<std::int64_t>(all.size()))
    text += "… of " + std::to_string(total) + "; --name and --page show others\n";
  return text;
}

std::string template_text(const json& shown) {
  auto text = text_of(shown, "name") + " (" + text_of(shown, "language") + ")  " +
              text_of(shown, "category") + "  " + text_of(shown, "status") + "\n";
  for (const auto& component : items_of(shown, "components"))
    if (const auto words = text_of(component, "text"); !words.empty())
      text += "  " + text_of(component, "type") + ": " + words + "\n";
  if (const auto problem = sentence_text(shown, "problem"); !problem.empty())
    return text + problem + "\n";
  const auto& slots = items_of(shown, "slots");
  if (slots.empty())
    return text + "It leaves nothing open.\n";
  text += padded("SLOT", 22) + padded("KIND", 10) + padded("EXAMPLE", 20) + "FILLED BY\n";
  for (const auto& slot : slots)
    text += slot_text(slot);
  return text;
}

std::string created_template_text(const json& created) {
  std::string text;
  for (const auto& one : items_of(created, "data")) {
    text += padded(text_of(one, "id"), 20) + padded(text_of(one, "language"), 10) +
            padded(text_of(one, "wabaId"), 20);
    const auto problem = sentence_text(one, "problem");
    text += problem.empty() ? text_of(one, "category") + "  " + text_of(one, "status") : problem;
    text += "\n";
    for (const auto& warning : items_of(one, "warnings"))
      text += "  Warning: " + text_of(warning, "text") + "\n";
  }
  return text;
}

std::string media_list_text(const json& page) {
  const auto& all = items_of(page, "data");
  if (all.empty())
    return "No media: `stentor media upload` keeps a file.\n";
  auto text = padded("ID", 38) + padded("TYPE", 18) + right("SIZE", 10) + "  NAME\n";
  for (const auto& one : all)
    text += padded(text_of(one, "id"), 38) + padded(text_of(one, "mime"), 18) +
            right(bytes_text(static_cast<std::uint64_t>(count_of(one, "bytes"))), 10) + "  " +
            text_of(one, "name") + "\n";
  if (const auto total = count_of(page, "total"); total > static_cast<std::int64_t>(all.size()))
    text += "… of " + std::to_string(total) + "; --page shows others\n";
  return text;
}

std::string media_text(std::string_view json) {
  const auto shown = parsed(json);
  auto text = text_of(shown, "id") + "  " + text_of(shown, "mime") + "  " +
              bytes_text(static_cast<std::uint64_t>(count_of(shown, "bytes"))) + "  " +
              text_of(shown, "name") + "\n";
  for (const auto& upload : items_of(shown, "uploads")) {
    text += "  number " + padded(text_of(upload, "number"), 18) + text_of(upload, "state");
    if (const auto until = text_of(upload, "expiresAt"); !until.empty())
      text += " until " + time_text(until);
    if (const auto problem = sentence_text(upload, "problem"); !problem.empty())
      text += ": " + problem;
    text += "\n";
  }
  return text + "In templateVariables: media:" + text_of(shown, "id") + "\n";
}

namespace {

std::string problems_text(const json& preview) {
  std::string text;
  for (const auto& problem : items_of(preview, "problems"))
    text += "Problem: " + text_of(problem, "text") + "\n";
  return text;
}

std::string rendered_text(const json& message) {
  auto text = part_text(message);
  for (const auto& card : items_of(message, "cards"))
    text += "-- card\n" + part_text(card);
  return text;
}

} // namespace

std::string template_preview_text(const json& preview) {
  const bool is_shown = preview.is_object() && preview.contains("rendered");
  return (is_shown ? rendered_text(preview["rendered"]) : "") + problems_text(preview);
}

std::string message_text(const json& message) {
  return "In " + text_of(message, "language") + "\n" + rendered_text(message) +
         problems_text(message);
}

} // namespace stentor::app
