#include "stentor/core/base/sentence.hpp"

#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/base/utf8.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

bool has(const sentence_params& params, std::string_view name) {
  return std::any_of(params.begin(), params.end(),
                     [&](const auto& param) { return param.first == name; });
}

void append_text(std::string& to, std::string_view text) {
  std::string storage;
  append_json_string(to, utf8_text_of(text, storage));
}

} // namespace

sentence make_sentence(std::string_view code, std::string_view pattern, sentence_params params) {
  sentence s{std::string{code}, std::move(params), {}};
  while (!pattern.empty()) {
    const auto open = std::min(pattern.find('{'), pattern.size());
    s.text.append(pattern.substr(0, open));
    pattern.remove_prefix(open);
    const auto close = pattern.find('}');
    if (pattern.empty() || close == std::string_view::npos) {
      s.text.append(pattern);
      break;
    }
    const auto name = pattern.substr(1, close - 1);
    const auto found = std::find_if(s.params.begin(), s.params.end(),
                                    [&](const auto& param) { return param.first == name; });
    s.text.append(found == s.params.end() ? pattern.substr(0, close + 1)
                                          : std::string_view{found->second});
    pattern.remove_prefix(close + 1);
  }
  return s;
}

sentence_params quoting(const sentence& reason, sentence_params params) {
  params.emplace_back("reason", reason.text);
  params.emplace_back("reason_code", reason.code);
  for (const auto& param : reason.params)
    if (!has(params, param.first))
      params.push_back(param);
  return params;
}

sentence bare_text(std::string text) {
  return make_sentence("text", "{text}", {{"text", std::move(text)}});
}

std::string to_json(const sentence& s) {
  std::string json = R"({"code":)";
  append_text(json, s.code);
  json += R"(,"params":{)";
  for (const auto& [name, value] : s.params) {
    if (json.back() != '{')
      json += ',';
    append_text(json, name);
    json += ':';
    append_text(json, value);
  }
  json += R"(},"text":)";
  append_text(json, s.text);
  json += '}';
  return json;
}

std::string text_of(const std::vector<sentence>& sentences) {
  std::string all;
  for (const auto& one : sentences)
    all.append(all.empty() ? "" : " ").append(one.text);
  return all;
}

} // namespace stentor::core
