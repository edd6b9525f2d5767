/// See json_reader.hpp.

#include "api/http/json_reader.hpp"

#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/base/utf8.hpp"

#include <algorithm>
#include <set>

namespace stentor::api {

using nlohmann::json;

namespace {

constexpr std::size_t echo_max = 300; ///< bytes of what a caller sent, in an answer
constexpr int depth_max = 32;

/// "[json.exception.parse_error.101] parse error at line 1, …" without the library's tag.
std::string without_tag(std::string text) {
  if (const auto end = text.find("] "); end != std::string::npos)
    text.erase(0, end + 2);
  return text;
}

/// A body can be wrong in a thousand places, nobody reads so many.
constexpr std::size_t errors_max = 100;

/// Whether any text in it, names included, holds the character that PostgreSQL can't store. It
/// recurses as deep as parse_json lets documents be.
bool holds_nul(const json& value) {
  if (const auto* text = value.get_ptr<const json::string_t*>())
    return text->find('\0') != std::string::npos;
  if (!value.is_structured())
    return false;
  if (value.is_object())
    for (const auto& [name, member] : value.items())
      if (name.find('\0') != std::string::npos)
        return true;
  return std::any_of(value.begin(), value.end(), holds_nul);
}

} // namespace

std::variant<json, http_server::response> parse_json(std::string_view body,
                                                     std::string_view instance) {
  std::vector<std::set<std::string>> open;
  std::string twice;
  bool too_deep = false;
  const json::parser_callback_t watch = [&](int depth, json::parse_event_t event, json& value) {
    too_deep = too_deep || depth > depth_max;
    if (event == json::parse_event_t::object_start)
      open.emplace_back();
    else if (event == json::parse_event_t::object_end)
      open.pop_back();
    else if (event == json::parse_event_t::key &&
             !open.back().insert(value.get<std::string>()).second && twice.empty())
      twice = core::utf8_prefix(value.get<std::string>(), echo_max);
    return !too_deep;
  };
  try {
    auto document = json::parse(body.begin(), body.end(), watch);
    if (too_deep)
      return problem_answer(
          400, "The JSON is nested deeper than " + std::to_string(depth_max) + " levels.",
          instance);
    if (!twice.empty())
      return problem_answer(400, "The JSON names the key \"" + twice + "\" twice in one object.",
                            instance, {{twice, "is there twice"}});
    return document;
  } catch (const json::exception& e) {
    if (too_deep)
      return problem_answer(
          400, "The JSON is nested deeper than " + std::to_string(depth_max) + " levels.",
          instance);
    // What stood there comes back, but not all of a megabyte.
    const auto why = without_tag(e.what());
    return problem_answer(
        400, "The body is no valid JSON: " + std::string{core::utf8_prefix(why, echo_max)} + ".",
        instance);
  }
}

json_reader::json_reader(const json& object, std::string prefix, field_errors& errors)
    : object_{object}, prefix_{std::move(prefix)}, errors_{errors} {
  if (!object_.is_object())
    errors_.push_back({prefix_.empty() ? "(body)" : prefix_,
                       std::string{"expected an object, found "} + object_.type_name()});
}

void json_reader::wrong(std::string_view key, std::string message) {
  if (errors_.size() < errors_max)
    errors_.push_back({prefix_.empty() ? std::string{key} : prefix_ + "." + std::string{key},
                       std::move(message)});
}

const json* json_reader::raw(const char* key) {
  known_.emplace_back(key);
  if (!object_.is_object())
    return nullptr;
  const auto found = object_.find(key);
  return found == object_.end() ? nullptr : &*found;
}

const json* json_reader::find(const char* key, const char* expected, bool fits(const json&)) {
  const auto* value = raw(key);
  if (value == nullptr || value->is_null() || fits(*value))
    return value;
  wrong(key, std::string{"expected "} + expected + ", found " + value->type_name());
  return nullptr;
}

void json_reader::text(const char* key, std::optional<std::string>& to, std::size_t bytes_max) {
  const auto* value = find(key, "a string", [](const json& v) { return v.is_string(); });
  if (value == nullptr)
    return;
  to = value->is_null() ? std::string{} : value->get<std::string>();
  if (to->size() > bytes_max)
    wrong(key, "is longer than " + std::to_string(bytes_max) + " bytes");
  if (to->find('\0') != std::string::npos)
    wrong(key, "holds a NUL character");
}

void json_reader::one_of(const char* key, std::optional<std::string>& to,
                         std::initializer_list<std::string_view> allowed) {
  text(key, to, 100);
  if (!to || std::find(allowed.begin(), allowed.end(), *to) != allowed.end())
    return;
  std::string names;
  for (const auto a : allowed)
    names.append(names.empty() ? "" : ", ").append(a);
  wrong(key, "expected one of " + names);
}

void json_reader::integer(const char* key, std::optional<std::int32_t>& to, std::int32_t least,
                          std::int32_t most) {
  const auto* value = find(key, "an integer", [](const json& v) { return v.is_number_integer(); });
  if (value == nullptr)
    return;
  if (value->is_null()) {
    to = 0;
    return;
  }
  const bool huge = value->is_number_unsigned() && value->get<std::uint64_t>() > 0x7fffffffU;
  const auto number = huge ? std::int64_t{0x80000000} : value->get<std::int64_t>();
  if (number < least || number > most)
    return wrong(key, "expected " + std::to_string(least) + " to " + std::to_string(most));
  to = static_cast<std::int32_t>(number);
}

void json_reader::boolean(const char* key, std::optional<bool>& to) {
  const auto* value = raw(key);
  if (value == nullptr)
    return;
  if (!value->is_boolean())
    return wrong(key, std::string{"expected true or false, found "} + value->type_name());
  to = value->get<bool>();
}

void json_reader::object(const char* key, std::optional<std::string>& to) {
  const auto* value = find(key, "an object", [](const json& v) { return v.is_object(); });
  if (value == nullptr)
    return;
  to = value->is_null() ? std::string{"{}"} : value->dump();
  if (holds_nul(*value))
    wrong(key, "holds a NUL character");
}

void json_reader::time(const char* key, std::optional<std::optional<core::wall_time>>& to) {
  std::optional<std::string> text_of_it;
  text(key, text_of_it, 64);
  if (!text_of_it)
    return;
  const auto read = core::wall_time_from(*text_of_it);
  if (!text_of_it->empty() && !read)
    return wrong(key, "expected a time that exists, with its offset, such as "
                      "2026-06-01T10:00:00Z");
  to.emplace(read);
}

void json_reader::texts(const char* key, std::optional<std::vector<std::string>>& to,
                        std::size_t entries_max, std::size_t bytes_max) {
  const auto* value = find(key, "an array of strings", [](const json& v) { return v.is_array(); });
  if (value == nullptr)
    return;
  to.emplace();
  if (value->is_null())
    return;
  if (value->size() > entries_max)
    return wrong(key, "holds more than " + std::to_string(entries_max) + " entries");
  for (std::size_t i = 0; i < value->size(); ++i) {
    const auto& entry = (*value)[i];
    if (!entry.is_string() || entry.get_ref<const std::string&>().size() > bytes_max)
      return wrong(std::string{key} + "[" + std::to_string(i) + "]",
                   "expected a string of at most " + std::to_string(bytes_max) + " bytes");
    to->push_back(entry.get<std::string>());
  }
}

const json* json_reader::array(const char* key) {
  const auto* value = raw(key);
  if (value == nullptr || value->is_array())
    return value;
  wrong(key, std::string{"expected an array, found "} + value->type_name());
  return nullptr;
}

void json_reader::require(const char* key) {
  if (!object_.is_object())
    return;
  const auto at = object_.find(key);
  const auto* text = at == object_.end() ? nullptr : at->get_ptr<const json::string_t*>();
  if (at == object_.end() || at->is_null() || (text != nullptr && text->empty()))
    wrong(key, "is required");
}

void json_reader::finish() {
  if (!object_.is_object())
    return;
  for (const auto& [key, value] : object_.items())
    if (std::find(known_.begin(), known_.end(), key) == known_.end())
      wrong(key, "is not known here");
}

} // namespace stentor::api
