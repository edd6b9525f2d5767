#pragma once
/// Words as people read them, whoever typed them how (adapters/text).

#include <string>
#include <string_view>

namespace stentor::ports {

/// Thread-safe.
class word_keys {
public:
  virtual ~word_keys() = default;
  /// Bytes that are the same for texts which differ only in case, accents, width, spaces,
  /// punctuation, emoji and broken bytes. They are no text. Empty when nothing else is there.
  [[nodiscard]] virtual std::string key_of(std::string_view text) const = 0;
  /// The same, but of texts with other accents different.
  [[nodiscard]] virtual std::string accented_key_of(std::string_view text) const = 0;
};

} // namespace stentor::ports
