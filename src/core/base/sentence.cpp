#include "stentor/core/base/sentence.hpp"

#include <algorithm>

namespace stentor::core {

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

std::string text_of(const std::vector<sentence>& sentences) {
  std::string all;
  for (const auto& one : sentences)
    all.append(all.empty() ? "" : " ").append(one.text);
  return all;
}

} // namespace stentor::core
