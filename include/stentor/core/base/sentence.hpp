#pragma once
/// A sentence for people that programs can tell apart and translate: a code, the values that stand
/// in it, and its English text. Pure; any thread.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::core {

/// Names and values, in the order of the pattern.
using sentence_params = std::vector<std::pair<std::string, std::string>>;

struct sentence {
  std::string code; ///< snake_case; never changes once it was told
  sentence_params params;
  std::string text;

  friend bool operator==(const sentence&, const sentence&) = default;
};

/// @param pattern "The number {number} is paused."; a name in braces that `params` does not have
/// stays as it is. Braces inside values mean nothing.
[[nodiscard]] sentence make_sentence(std::string_view code, std::string_view pattern,
                                     sentence_params params = {});

/// The texts, with a space between them.
[[nodiscard]] std::string text_of(const std::vector<sentence>& sentences);

} // namespace stentor::core
