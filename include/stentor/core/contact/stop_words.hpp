#pragma once
/// Words by which people stop and resume messages. A text counts only when the word is all there
/// is: case, accents, punctuation and emoji don't matter, but a sentence that merely contains
/// "stop" is not a stop. Immutable after construction; any thread.

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace stentor::core {

class stop_words {
public:
  /// The key by which two spellings of a word are found to be the same, empty for what holds no
  /// word (ports/contact/word_keys.hpp). May be called from any thread.
  using key_function = std::function<std::string(std::string_view)>;

  /// @param extra_stop, extra_start words of the configuration beside the built-in ones, in any
  /// spelling
  explicit stop_words(key_function key_of, std::span<const std::string> extra_stop = {},
                      std::span<const std::string> extra_start = {});

  [[nodiscard]] bool is_stop(std::string_view text) const;
  [[nodiscard]] bool is_start(std::string_view text) const;
  /// The payload of a button says stop by its first word as well: STOP_PROMO, unsubscribe:weekly.
  [[nodiscard]] bool is_stop_payload(std::string_view payload) const;

private:
  [[nodiscard]] bool has(const std::set<std::string>& words, std::string_view text) const;

  key_function key_of_;
  std::set<std::string> stop_;
  std::set<std::string> start_;
  std::set<std::string> payload_;
};

} // namespace stentor::core
