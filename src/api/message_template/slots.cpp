/// See slots.hpp.

#include "api/message_template/slots.hpp"

#include "api/http/sentence_json.hpp"

#include <utility>

namespace stentor::api {

using nlohmann::ordered_json;

namespace {

ordered_json show_slot(const core::template_slot& slot) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? ordered_json{} : ordered_json(text);
  };
  return {{"slot", slot.name},
          {"kind", slot.kind},
          {"placeholder", or_null(slot.placeholder)},
          {"text", or_null(slot.text)},
          {"example", or_null(slot.example)},
          {"variable", or_null(slot.variable)},
          {"optional", slot.optional}};
}

ordered_json show_header(const std::optional<core::shown_header>& header) {
  if (!header)
    return {};
  return {{"type", header->type}, {"text", header->text}, {"url", header->url}};
}

ordered_json show_buttons(const std::vector<core::shown_button>& buttons) {
  auto all = ordered_json::array();
  for (const auto& button : buttons)
    all.push_back({{"type", button.type}, {"text", button.text}, {"value", button.value}});
  return all;
}

} // namespace

ports::template_text template_of(const ordered_json& shown_template, std::string variables) {
  return {.name = shown_template.value("name", ""),
          .language = shown_template.value("language", ""),
          .components = shown_template.value("components", ordered_json::array()).dump(),
          .variables = std::move(variables)};
}

void add_slots(ordered_json& shown_template, const ports::template_previewer& previewer) {
  auto slots = ordered_json::array();
  const auto found = previewer.slots(template_of(shown_template));
  if (found)
    for (const auto& slot : *found)
      slots.push_back(show_slot(slot));
  shown_template["slots"] = std::move(slots);
  shown_template["problem"] =
      found
          ? ordered_json{}
          : shown(core::make_sentence("template_unusable", "The template cannot be used: {problem}",
                                      {{"problem", found.error().message}}));
}

ordered_json shown(const core::shown_message& message) {
  auto cards = ordered_json::array();
  for (const auto& card : message.cards)
    cards.push_back({{"header", show_header(card.header)},
                     {"body", card.body},
                     {"buttons", show_buttons(card.buttons)}});
  return {{"header", show_header(message.header)},
          {"body", message.body},
          {"footer", message.footer},
          {"buttons", show_buttons(message.buttons)},
          {"cards", std::move(cards)}};
}

ordered_json shown(const std::vector<ports::slot_problem>& problems) {
  auto all = ordered_json::array();
  for (const auto& one : problems) {
    auto problem = shown(one.what);
    problem["slot"] = one.slot.empty() ? ordered_json{} : ordered_json(one.slot);
    all.push_back(std::move(problem));
  }
  return all;
}

} // namespace stentor::api
