#include "adapters/meta/messages/template_examples.hpp"

#include "adapters/meta/json_fields.hpp"

namespace stentor::meta {

namespace {

using nlohmann::json;

/// A member of a component's `example`; null when it isn't there.
const json* example_of(const json& component, const std::string& member) {
  const auto example = component.find("example");
  if (example == component.end() || !example->is_object())
    return nullptr;
  const auto found = example->find(member);
  return found == example->end() ? nullptr : &*found;
}

std::string listed_text(const json* list, std::size_t index) {
  if (list == nullptr || !list->is_array() || index >= list->size())
    return {};
  const auto& one = (*list)[index];
  return one.is_string() ? one.get<std::string>() : std::string{};
}

} // namespace

std::string text_example(const json& component, std::string_view part, const std::string& name,
                         std::size_t index) {
  const auto member = std::string{part} + "_text";
  if (const auto* named = example_of(component, member + "_named_params");
      named != nullptr && named->is_array())
    for (const auto& one : *named)
      if (one.is_object() && string_of(one, "param_name") == name)
        return string_of(one, "example");
  const auto* numbered = example_of(component, member);
  // Those of a body lie in a list of lists.
  if (numbered != nullptr && numbered->is_array() && !numbered->empty() &&
      numbered->front().is_array())
    numbered = &numbered->front();
  return listed_text(numbered, index);
}

std::string media_example(const json& header) {
  return listed_text(example_of(header, "header_handle"), 0);
}

std::string button_example(const json& button) {
  const auto example = button.find("example");
  if (example == button.end())
    return {};
  return example->is_string() ? example->get<std::string>() : listed_text(&*example, 0);
}

} // namespace stentor::meta
