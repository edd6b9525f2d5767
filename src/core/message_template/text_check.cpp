#include "core/message_template/text_check.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/utf8.hpp"

#include <algorithm>
#include <set>

namespace stentor::core {

namespace {

using kind = json_value::kind;

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_utf8_continuation(c); }));
}

/// The variables of a text in their order; none when braces are left open.
bool read_variables(std::string_view text, std::vector<std::string>& names) {
  for (auto open = text.find("{{"); open != std::string_view::npos;) {
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos)
      return false;
    std::string name{trimmed(text.substr(open + 2, close - open - 2))};
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
    open = text.find("{{", close + 2);
  }
  return true;
}

/// Small letters, digits and underscores, and not digits alone.
bool is_variable_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits) &&
         name.find_first_not_of("0123456789") != std::string_view::npos;
}

std::string naming_problem(const std::vector<std::string>& names, bool named) {
  for (const auto& name : names)
    if (named && !is_variable_name(name))
      return "the variable {{" + name + "}} needs a name of small letters, digits and underscores";
  if (named)
    return {};
  for (std::size_t i = 1; i <= names.size(); ++i)
    if (std::find(names.begin(), names.end(), std::to_string(i)) == names.end())
      return "its variables must be {{1}} to {{" + std::to_string(names.size()) +
             "}}, or parameterFormat NAMED";
  return {};
}

const json_value* example_member(const json_value& component, std::string_view member) {
  const auto* example = component.find("example");
  return example == nullptr ? nullptr : example->find(member);
}

std::set<std::string> named_examples(const json_value& component, const std::string& member) {
  std::set<std::string> names;
  if (const auto* list = example_member(component, member))
    for (const auto& one : list->items) {
      const auto* name = one.find("param_name");
      const auto* value = one.find("example");
      if (name != nullptr && value != nullptr && !value->text.empty())
        names.insert(name->text);
    }
  return names;
}

} // namespace

std::string upper_text(const json_value& object, std::string_view member) {
  const auto* found = object.find(member);
  if (found == nullptr || found->is != kind::text)
    return {};
  auto text = found->text;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string check_text(const json_value& object, std::string_view member, const std::string& at,
                       std::size_t most, std::vector<template_problem>& to) {
  const auto path = at + "." + std::string{member};
  const auto* found = object.find(member);
  if (found == nullptr || found->is != kind::text || trimmed(found->text).empty()) {
    to.push_back({path, "is required: a text"});
    return {};
  }
  if (characters(found->text) > most)
    to.push_back({path, "is longer than " + std::to_string(most) + " characters"});
  return found->text;
}

std::vector<std::string> listed_example(const json_value& component, std::string_view member) {
  const auto* list = example_member(component, member);
  if (list != nullptr && list->items.size() == 1 && list->items.front().is == kind::list)
    list = &list->items.front();
  std::vector<std::string> texts;
  if (list != nullptr)
    for (const auto& one : list->items)
      if (one.is == kind::text && !one.text.empty())
        texts.push_back(one.text);
  return texts;
}

void check_variables(const std::string& text, const json_value& component, std::string_view example,
                     const std::string& at, const variable_terms& terms,
                     std::vector<template_problem>& to) {
  std::vector<std::string> names;
  const auto path = at + ".text";
  if (!read_variables(text, names))
    return to.push_back({path, "has \"{{\" without \"}}\""});
  if (names.empty())
    return;
  if (const auto problem = naming_problem(names, terms.named); !problem.empty())
    return to.push_back({path, problem});
  if (names.size() > terms.most)
    to.push_back({path, "may have " + std::to_string(terms.most) + " variable at most"});
  const auto whole = trimmed(text);
  if (terms.inside && (whole.starts_with("{{") || whole.ends_with("}}")))
    to.push_back({path, "can't begin or end with a variable"});
  const auto member = std::string{example} + (terms.named ? "_named_params" : "");
  bool whole_example = listed_example(component, example).size() >= names.size();
  if (terms.named) {
    const auto given = named_examples(component, member);
    whole_example = std::all_of(names.begin(), names.end(),
                                [&](const auto& name) { return given.contains(name); });
  }
  if (!whole_example)
    to.push_back({at + ".example." + member, "needs an example for each variable"});
}

} // namespace stentor::core
