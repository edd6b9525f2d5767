#pragma once
/// Sentences in answers, in the form of core::to_json. Private to this layer.

#include "stentor/core/base/sentence.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace stentor::api {

[[nodiscard]] inline nlohmann::ordered_json shown(const core::sentence& s) {
  return nlohmann::ordered_json::parse(core::to_json(s));
}

[[nodiscard]] inline nlohmann::ordered_json shown(const std::vector<core::sentence>& sentences) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& one : sentences)
    all.push_back(shown(one));
  return all;
}

} // namespace stentor::api
