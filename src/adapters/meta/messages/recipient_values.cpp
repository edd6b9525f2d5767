#include "adapters/meta/messages/recipient_values.hpp"

#include "stentor/core/base/white_space.hpp"
#include "stentor/core/message_template/media.hpp"

#include <cstring>

namespace stentor::meta {

namespace {

using simdjson::ondemand::json_type;

std::string_view trimmed_token(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                            token.back() == '\t'))
    token.remove_suffix(1);
  return token;
}

} // namespace

recipient_values& recipient_values::mine() {
  static thread_local recipient_values values;
  return values;
}

bool recipient_values::read(const std::vector<std::string>& names, std::string_view variables,
                            std::size_t capacity, std::string& problem) {
  values_.assign(names.size(), {});
  tidied_.resize(names.size());
  if (variables.empty() || names.empty())
    return true;
  if (capacity < variables.size() + simdjson::SIMDJSON_PADDING) {
    capacity = variables.size() + simdjson::SIMDJSON_PADDING;
    if (padded_.size() < capacity)
      padded_.resize(capacity);
    std::memcpy(padded_.data(), variables.data(), variables.size());
    variables = std::string_view{padded_}.substr(0, variables.size());
  }
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser_.iterate(variables.data(), variables.size(), capacity).get(document) !=
          simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS) {
    problem = "The recipient's variables are not a JSON object.";
    return false;
  }
  for (auto member : object) {
    if (!read_member(member, names)) {
      problem = "The recipient's variables are not valid JSON.";
      return false;
    }
  }
  return true;
}

template <class Member>
bool recipient_values::read_member(Member& member, const std::vector<std::string>& names) {
  std::string_view name;
  simdjson::ondemand::value value;
  json_type type{};
  if (member.unescaped_key().get(name) != simdjson::SUCCESS ||
      member.value().get(value) != simdjson::SUCCESS)
    return false;
  std::size_t index = 0;
  while (index < names.size() && names[index] != name)
    ++index;
  if (index == names.size())
    return true;
  if (value.type().get(type) != simdjson::SUCCESS)
    return false;
  auto& slot = values_[index];
  slot = {};
  if (type == json_type::string) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS)
      return false;
    slot = core::tidy_white_space(text, tidied_[index]);
  }
  if (type == json_type::number || type == json_type::boolean)
    slot = trimmed_token(value.raw_json_token());
  return true;
}

bool recipient_values::append(const message_program& program, const std::vector<op>& ops,
                              std::string& to, std::string& problem) {
  for (const auto& each : ops) {
    if (each.kind == op_kind::literal) {
      to.append(each.text);
      continue;
    }
    if (each.kind == op_kind::media) { // of a preview: no number is known
      to.append(core::media_prefix).append(each.text);
      continue;
    }
    auto value = values_[each.variable];
    const bool unreadable =
        each.filters != 0 && !value.empty() && !filter(program.filters[each.filters], value);
    if (value.empty() && !each.has_default) {
      problem = "The variable \"" + program.variables[each.variable] +
                (unreadable ? "\" has a value that its filter can't read"
                            : std::string{"\" has no value"}) +
                " and the campaign gives no default for it.";
      return false;
    }
    if (each.kind == op_kind::media_key && core::names_media(value)) {
      problem = "The variable \"" + program.variables[each.variable] +
                "\" names media of ours, which only templateVariables can: a list brings links.";
      return false;
    }
    if (each.kind == op_kind::media_key)
      to.append(value.empty()               ? std::string_view{each.text}
                : value.starts_with("http") ? R"("link":")"
                                            : R"("id":")");
    else if (value.empty())
      to.append(each.text);
    else
      append_escaped(to, value);
  }
  return true;
}

/// What a filter can't read is as good as no value.
bool recipient_values::filter(const std::vector<core::slot_filter>& filters,
                              std::string_view& value) {
  for (const auto& one : filters) {
    auto made = core::filtered(one, value);
    if (!made) {
      value = {};
      return false;
    }
    filtered_ = std::move(*made);
    value = filtered_;
  }
  return true;
}

} // namespace stentor::meta
