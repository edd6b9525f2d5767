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

/// The values of a sentence that quotes another one as its `reason`: those given, then `reason`
/// (the quoted text), `reason_code`, and what the quoted one holds under names that are still free.
[[nodiscard]] sentence_params quoting(const sentence& reason, sentence_params params = {});

/// What was kept as bare text before sentences had codes.
[[nodiscard]] sentence bare_text(std::string text);

/// The texts, with a space between them.
[[nodiscard]] std::string text_of(const std::vector<sentence>& sentences);

/// {"code": …, "params": {…}, "text": …}: how answers show a sentence and the database keeps it.
/// What is no valid text becomes U+FFFD, so that nothing a stranger wrote can spoil the JSON.
[[nodiscard]] std::string to_json(const sentence& s);

} // namespace stentor::core
