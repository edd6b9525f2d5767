#include "stentor/core/message_template/new_template.hpp"

#include "core/message_template/component_check.hpp"

#include <algorithm>
#include <set>

namespace stentor::core {

namespace {

using kind = json_value::kind;
using problems = std::vector<template_problem>;

constexpr std::string_view categories[] = {"MARKETING", "UTILITY", "AUTHENTICATION"};

bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// "en", "en_US", "fil", "zh_HK": Meta's list is long and grows, so the form is all that is asked.
bool is_language(std::string_view text) {
  const auto lower = text.substr(0, text.find('_'));
  const bool begins =
      lower.size() >= 2 && lower.size() <= 3 &&
      std::all_of(lower.begin(), lower.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (lower.size() == text.size())
    return begins;
  const auto upper = text.substr(lower.size() + 1);
  return begins && (upper.size() == 2 || upper.size() == 3) &&
         std::all_of(upper.begin(), upper.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

/// The text of a member; empty when it is none, and then that is wrong unless it is absent.
std::string text_member(const json_value& object, const std::string& name, problems& to) {
  const auto* member = object.find(name);
  if (member == nullptr)
    return {};
  if (member->is == kind::text)
    return member->text;
  to.push_back({name, "expected a text"});
  return {};
}

void check_category(const std::string& category, problems& to) {
  if (std::find(std::begin(categories), std::end(categories), category) == std::end(categories))
    to.push_back({"category", "expected MARKETING, UTILITY or AUTHENTICATION"});
}

void check_keys(const json_value& object, const std::string& path,
                const std::set<std::string_view>& known, problems& to) {
  for (const auto& [name, value] : object.members)
    if (!known.contains(name))
      to.push_back({path + name, "is not known here"});
}

void check_language(const json_value& one, const std::string& path, const template_terms& terms,
                    std::set<std::string>& seen, problems& to) {
  if (one.is != kind::object)
    return to.push_back({path, "expected an object with language and components"});
  check_keys(one, path + ".", {"language", "components"}, to);
  const auto* language = one.find("language");
  if (language == nullptr || language->is != kind::text || !is_language(language->text))
    to.push_back({path + ".language", "expected a language such as en_US or pt_BR"});
  else if (!seen.insert(language->text).second)
    to.push_back({path + ".language", "is named twice"});
  const auto* components = one.find("components");
  if (components == nullptr || components->is != kind::list)
    return to.push_back({path + ".components", "expected a list of components"});
  check_components(*components, path + ".components", terms, to);
}

} // namespace

problems problems_of_new_template(const json_value& wanted) {
  problems found;
  if (wanted.is != kind::object)
    return {{"", "expected an object"}};
  check_keys(wanted, "", {"name", "category", "parameterFormat", "languages", "wabaIds"}, found);
  const auto name = text_member(wanted, "name", found);
  if (name.empty())
    found.push_back({"name", "is required"});
  else if (name.size() > template_limits::name_max)
    found.push_back({"name", "is longer than 512 characters"});
  else if (!is_name(name))
    found.push_back({"name", "may hold small letters, digits and underscores only"});
  const auto category = text_member(wanted, "category", found);
  check_category(category, found);
  const auto format = text_member(wanted, "parameterFormat", found);
  if (!format.empty() && format != "POSITIONAL" && format != "NAMED")
    found.push_back({"parameterFormat", "expected POSITIONAL or NAMED"});
  const auto* languages = wanted.find("languages");
  if (languages == nullptr || languages->is != kind::list || languages->items.empty()) {
    found.push_back({"languages", "expected a list with one language at least"});
    return found;
  }
  if (languages->items.size() > template_limits::languages_max)
    found.push_back({"languages", "holds more than 100 languages"});
  std::set<std::string> seen;
  for (std::size_t i = 0; i < languages->items.size(); ++i)
    check_language(languages->items[i], "languages[" + std::to_string(i) + "]",
                   {.category = category, .named = format == "NAMED"}, seen, found);
  return found;
}

problems problems_of_template_change(const json_value& wanted, bool named) {
  problems found;
  if (wanted.is != kind::object)
    return {{"", "expected an object"}};
  check_keys(wanted, "", {"category", "components"}, found);
  const auto* components = wanted.find("components");
  const auto category = text_member(wanted, "category", found);
  if (!category.empty())
    check_category(category, found);
  if (components == nullptr && category.empty())
    found.push_back({"components", "is required, or a category"});
  if (components != nullptr && components->is != kind::list)
    found.push_back({"components", "expected a list of components"});
  else if (components != nullptr)
    check_components(*components, "components", {.category = category, .named = named}, found);
  return found;
}

} // namespace stentor::core
