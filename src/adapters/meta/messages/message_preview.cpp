#include "adapters/meta/messages/message_preview.hpp"

#include "adapters/meta/json_fields.hpp"
#include "adapters/meta/messages/recipient_values.hpp"
#include "adapters/meta/messages/template_words.hpp"
#include "stentor/core/base/ascii.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace stentor::meta {

namespace {

using nlohmann::json;

/// The inside of a JSON string as text.
std::string plain(const std::string& escaped) {
  const auto text = json::parse("\"" + escaped + "\"", nullptr, false);
  return text.is_string() ? text.get<std::string>() : escaped;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), core::ascii_lower);
  return text;
}

class shower {
public:
  explicit shower(const slot_texts& texts) : texts_{texts} {}

  core::shown_message show(const json& components) {
    core::shown_message message;
    if (!components.is_array())
      return message;
    core::shown_card whole = show_part(components, "");
    message.header = std::move(whole.header);
    message.body = std::move(whole.body);
    message.buttons = std::move(whole.buttons);
    for (const auto& component : components) {
      const auto type = type_of(component);
      if (type == "FOOTER")
        message.footer = string_of(component, "text");
      if (type == "CAROUSEL" && component.contains("cards") && component["cards"].is_array())
        show_cards(component["cards"], message);
    }
    return message;
  }

private:
  static std::string type_of(const json& component) {
    return component.is_object() ? upper(string_of(component, "type")) : std::string{};
  }

  /// What a message and a card of a carousel have in common.
  core::shown_card show_part(const json& components, const std::string& prefix) {
    core::shown_card part;
    for (const auto& component : components) {
      const auto type = type_of(component);
      if (type == "HEADER")
        part.header = show_header(component, prefix);
      else if (type == "BODY")
        part.body = filled(string_of(component, "text"), prefix + "body.");
      else if (type == "BUTTONS" && component.contains("buttons"))
        show_buttons(component["buttons"], prefix, part.buttons);
    }
    return part;
  }

  void show_cards(const json& cards, core::shown_message& message) {
    for (std::size_t i = 0; i < cards.size(); ++i)
      if (cards[i].is_object() && cards[i].contains("components"))
        message.cards.push_back(
            show_part(cards[i]["components"], "card." + std::to_string(i) + "."));
  }

  core::shown_header show_header(const json& component, const std::string& prefix) const {
    const auto format = lower(string_of(component, "format"));
    if (format.empty() || format == "text")
      return {"text", filled(string_of(component, "text"), prefix + "header."), {}};
    if (format != "location")
      return {format, text_of(prefix + "header.filename"), text_of(prefix + "header." + format)};
    const auto name = text_of(prefix + "header.name");
    const auto address = text_of(prefix + "header.address");
    return {format, name.empty() || address.empty() ? name + address : name + ", " + address, {}};
  }

  void show_buttons(const json& buttons, const std::string& prefix,
                    std::vector<core::shown_button>& to) const {
    for (std::size_t i = 0; i < buttons.size(); ++i) {
      if (!buttons[i].is_object())
        continue;
      const auto& button = buttons[i];
      const auto slot = prefix + "button." + std::to_string(i);
      const auto type = button_type(button);
      auto value = text_of(slot);
      if (type == "URL")
        value = address_of(string_of(button, "url"), slot);
      else if (type == "PHONE_NUMBER")
        value = string_of(button, "phone_number");
      to.push_back({lower(type), string_of(button, "text"), std::move(value)});
    }
  }

  [[nodiscard]] std::string text_of(const std::string& slot) const {
    const auto at = texts_.find(slot);
    return at == texts_.end() ? std::string{} : at->second;
  }

  /// A text with its variables; those without a value stay.
  [[nodiscard]] std::string filled(const std::string& text, const std::string& slots) const {
    std::string to;
    for (std::size_t at = 0; at < text.size();) {
      const auto open = std::min(text.find("{{", at), text.size());
      to.append(text, at, open - at);
      const auto close = text.find("}}", open);
      if (close == std::string::npos)
        return to.append(text, open);
      const std::string name{
          core::trimmed(std::string_view{text}.substr(open + 2, close - open - 2))};
      const auto value = texts_.find(slots + name);
      to += value == texts_.end() ? text.substr(open, close + 2 - open) : value->second;
      at = close + 2;
    }
    return to;
  }

  [[nodiscard]] std::string address_of(std::string url, const std::string& slot) const {
    const auto value = texts_.find(slot);
    const auto open = url.find("{{");
    const auto close = url.find("}}", open);
    if (value != texts_.end() && open != std::string::npos && close != std::string::npos)
      url.replace(open, close + 2 - open, value->second);
    return url;
  }

  const slot_texts& texts_;
};

} // namespace

slot_texts texts_of(const message_program& program, std::string_view variables,
                    std::vector<ports::slot_problem>& problems) {
  slot_texts texts;
  auto& values = recipient_values::mine();
  std::string problem;
  if (!values.read(program.variables, variables, variables.size(), problem)) {
    problems.push_back(
        {"", core::make_sentence("variables_unreadable", "{problem}", {{"problem", problem}})});
    return texts;
  }
  for (const auto& [slot, ops] : program.slots) {
    if (ops.empty() || texts.contains(slot.name))
      continue;
    std::string text;
    if (values.append(program, ops, text, problem))
      texts.emplace(slot.name, plain(text));
    else
      problems.push_back(
          {slot.name,
           core::make_sentence("slot_without_value", "The slot \"{slot}\" has no value: {problem}",
                               {{"slot", slot.name}, {"problem", problem}})});
  }
  return texts;
}

core::shown_message shown_message_of(std::string_view components, const slot_texts& texts) {
  return shower{texts}.show(json::parse(components, nullptr, false));
}

} // namespace stentor::meta
