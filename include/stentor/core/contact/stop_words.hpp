#pragma once
/// Words by which people stop and resume messages. Case, accents, punctuation and emoji don't
/// matter. A courtesy, what is to stop, and a repetition may stand beside a stop word ("please stop
/// the messages"), but a sentence that merely contains "stop" is not a stop. Immutable after
/// construction; any thread.

#include <cstddef>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

class stop_words {
public:
  /// The key by which two spellings of a word are found to be the same, empty for what holds no
  /// word (ports/contact/word_keys.hpp). May be called from any thread.
  using key_function = std::function<std::string(std::string_view)>;

  /// @param extra_stop, extra_start words of the configuration beside the built-in ones, in any
  /// spelling @param accented_key_of the same key, but different for other accents; without it
  /// accents matter nowhere
  explicit stop_words(key_function key_of, std::span<const std::string> extra_stop = {},
                      std::span<const std::string> extra_start = {},
                      key_function accented_key_of = {});

  [[nodiscard]] bool is_stop(std::string_view text) const;
  [[nodiscard]] bool is_start(std::string_view text) const;
  /// The payload of a button says stop by its first word as well: STOP_PROMO, unsubscribe:weekly.
  [[nodiscard]] bool is_stop_payload(std::string_view payload) const;

private:
  enum class role { unknown, stop, beside };

  [[nodiscard]] bool has(const std::set<std::string>& words, std::string_view text) const;
  [[nodiscard]] role role_of(std::string_view phrase) const;
  [[nodiscard]] bool says_stop(const std::vector<std::string_view>& words) const;
  template <class Words>
  void add_phrases(std::set<std::string>& to, const Words& phrases);

  key_function key_of_;
  key_function accented_key_of_;
  std::set<std::string> stop_, beside_;
  std::set<std::string> toned_;    ///< keys of words whose accents matter
  std::set<std::string> accented_; ///< and how those are written
  std::set<std::string> parts_;    ///< of every phrase each single word
  std::size_t phrase_words_max_ = 1;
  std::set<std::string> start_;
  std::set<std::string> payload_;
};

} // namespace stentor::core
