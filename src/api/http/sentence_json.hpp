#pragma once
/// Sentences in answers: {code, params, text}. Private to this layer.

#include "stentor/core/base/sentence.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace stentor::api {

[[nodiscard]] inline nlohmann::ordered_json to_json(const core::sentence& s) {
  auto params = nlohmann::ordered_json::object();
  for (const auto& [name, value] : s.params)
    params[name] = value;
  return {{"code", s.code}, {"params", std::move(params)}, {"text", s.text}};
}

[[nodiscard]] inline nlohmann::ordered_json to_json(const std::vector<core::sentence>& sentences) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& one : sentences)
    all.push_back(to_json(one));
  return all;
}

} // namespace stentor::api
