#include "app/cli/json_text.hpp"

#include "stentor/core/base/printable.hpp"

#include <nlohmann/json.hpp>

namespace stentor::app {

using nlohmann::json;

json parsed(std::string_view text) {
  return json::parse(text, nullptr, false);
}

std::string words_of(std::string_view key) {
  std::string words;
  for (const char c : key) {
    if (c == '_')
      words += ' ';
    else if (c >= 'A' && c <= 'Z')
      words += {' ', static_cast<char>(c - 'A' + 'a')};
    else
      words += c;
  }
  return words;
}

std::string text_of(const json& object, const char* key) {
  if (!object.is_object())
    return {};
  const auto at = object.find(key);
  if (at == object.end() || at->is_null())
    return {};
  return core::printable(at->is_string() ? at->get<std::string>() : at->dump());
}

std::int64_t count_of(const json& object, const char* key) {
  if (!object.is_object())
    return 0;
  const auto at = object.find(key);
  return at != object.end() && at->is_number() ? at->get<std::int64_t>() : 0;
}

bool flag_of(const json& object, const char* key, bool otherwise) {
  if (!object.is_object())
    return otherwise;
  const auto at = object.find(key);
  return at != object.end() && at->is_boolean() ? at->get<bool>() : otherwise;
}

std::string sentence_text(const json& object, const char* key) {
  const auto at = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && at != object.end() ? text_of(*at, "text") : std::string{};
}

std::string time_text(std::string at) {
  const auto dot = at.find('.');
  if (dot != std::string::npos)
    at.erase(dot, at.find_first_not_of("0123456789", dot + 1) - dot);
  if (at.ends_with("+00:00"))
    at.replace(at.size() - 6, 6, "Z");
  return at;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width)
    text.append(width - text.size(), ' ');
  return text;
}

std::string right(std::string text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

const json& items_of(const json& answer, const char* key) {
  static const json none = json::array();
  if (answer.is_array())
    return answer;
  if (answer.is_object()) {
    for (const auto* name : {key, "items", "data"}) {
      if (const auto at = answer.find(name); at != answer.end() && at->is_array())
        return *at;
    }
  }
  return none;
}

} // namespace stentor::app
