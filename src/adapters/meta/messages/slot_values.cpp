#include "adapters/meta/messages/slot_values.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/white_space.hpp"
#include "stentor/core/message_template/media.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace stentor::meta {

namespace {

using nlohmann::json;

op escaped_literal(std::string_view text) {
  op result;
  append_escaped(result.text, text);
  return result;
}

} // namespace

void slot_values::wrong(const std::string& slot, core::sentence what) {
  to_.problems.push_back({slot, std::move(what)});
}

void slot_values::read(std::string_view mapping) {
  if (core::trimmed(mapping).empty())
    return;
  const auto texts = json::parse(mapping, nullptr, false);
  if (texts.is_null())
    return;
  if (!texts.is_object())
    return wrong("",
                 core::make_sentence("slots_unreadable",
                                     "templateVariables must be a JSON object of slots and texts, "
                                     "for example {example}.",
                                     {{"example", R"({"body.1":"{{name|friend}}"})"}}));
  for (const auto& [key, value] : texts.items()) {
    const auto slot = key.find('.') == std::string::npos ? "body." + key : key;
    if (!value.is_string() && !value.is_number()) {
      wrong(slot, core::make_sentence("slot_no_text",
                                      "templateVariables: the slot \"{slot}\" must be a text.",
                                      {{"slot", key}}));
      used_.insert(slot);
      continue;
    }
    const auto text = value.is_string() ? value.get<std::string>() : value.dump();
    if (!mapping_.emplace(slot, text).second)
      wrong(slot, core::make_sentence("slot_named_twice",
                                      "templateVariables names the slot \"{slot}\" twice.",
                                      {{"slot", slot}}));
  }
}

std::vector<op> slot_values::ops_of(core::template_slot slot) {
  used_.insert(slot.name);
  const auto mapped = mapping_.find(slot.name);
  const auto text = mapped != mapping_.end() ? mapped->second : "{{" + slot.variable + "}}";
  std::vector<op> ops;
  if (core::media_kind_of_slot(slot.name) && core::names_media(text))
    append_media(ops, slot.name, text);
  else
    append(ops, slot.name, text);
  to_.slots.push_back({std::move(slot), ops});
  return ops;
}

void slot_values::leave_out(core::template_slot slot) {
  to_.slots.push_back({std::move(slot), {}});
}

void slot_values::append_media(std::vector<op>& to, const std::string& slot,
                               const std::string& text) {
  const auto id = core::media_id_of(text);
  if (!id)
    return wrong(slot, core::make_sentence("slot_no_media",
                                           "templateVariables: the slot \"{slot}\" needs the id of "
                                           "media behind \"media:\", as GET /api/whatsapp/media "
                                           "lists them, and nothing else.",
                                           {{"slot", slot}}));
  to.push_back({.kind = op_kind::media, .text = *id});
  if (std::find(to_.media.begin(), to_.media.end(), *id) == to_.media.end())
    to_.media.push_back(*id);
}

void slot_values::append(std::vector<op>& to, const std::string& slot, const std::string& text) {
  using core::text_ends;
  auto read = core::read_slot_text(slot, text);
  if (read.problem)
    return wrong(slot, std::move(*read.problem));
  for (std::size_t i = 0; i < read.pieces.size(); ++i) {
    const auto& piece = read.pieces[i];
    if (piece.variable) {
      to.push_back(variable_op(*piece.variable));
      continue;
    }
    // White space between the variables is tidied like theirs.
    const bool first = i == 0;
    const bool last = i + 1 == read.pieces.size();
    const auto ends = first && last ? text_ends::both
                      : first       ? text_ends::first
                      : last        ? text_ends::last
                                    : text_ends::neither;
    std::string storage;
    if (const auto tidy = core::tidy_white_space(piece.literal, storage, ends); !tidy.empty())
      to.push_back(escaped_literal(tidy));
  }
  if (to.empty())
    wrong(slot, core::make_sentence("slot_empty",
                                    "templateVariables: the slot \"{slot}\" is empty, and Meta "
                                    "refuses empty values.",
                                    {{"slot", slot}}));
}

op slot_values::variable_op(const core::slot_variable& variable) {
  op result{.kind = op_kind::variable, .text = {}};
  std::string storage;
  append_escaped(result.text, core::tidy_white_space(variable.otherwise, storage));
  // An empty default is as good as none: Meta refuses it.
  result.has_default = !result.text.empty();
  auto& all = to_.variables;
  const auto at = std::find(all.begin(), all.end(), variable.name);
  result.variable = static_cast<std::uint16_t>(at - all.begin());
  if (at == all.end())
    all.push_back(variable.name);
  auto& required = to_.required;
  if (!result.has_default &&
      std::find(required.begin(), required.end(), variable.name) == required.end())
    required.push_back(variable.name);
  if (!variable.filters.empty()) {
    result.filters = static_cast<std::uint16_t>(to_.filters.size());
    to_.filters.push_back(variable.filters);
  }
  return result;
}

void slot_values::finish(const std::string& template_name) {
  for (const auto& [slot, text] : mapping_)
    if (!used_.contains(slot))
      wrong(slot, core::make_sentence(
                      "slot_unknown",
                      "templateVariables names the slot \"{slot}\", which the template "
                      "\"{template}\" does not have. {known}",
                      {{"slot", slot}, {"template", template_name}, {"known", known_slots()}}));
}

std::string slot_values::known_slots() const {
  std::string text;
  for (const auto& [slot, ops] : to_.slots)
    if (!slot.optional || !ops.empty())
      text += (text.empty() ? "Its slots are " : ", ") + slot.name;
  return text.empty() ? "The template has no variables." : text + ".";
}

} // namespace stentor::meta
