/// The reader of webhooks: nothing points outside of its text, and texts fit into PostgreSQL.

#include "tests/fuzz/targets.hpp"

#include "adapters/meta/webhooks/webhook_reader.hpp"
#include "adapters/text/word_keys.hpp"
#include "stentor/core/base/utf8.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::fuzz {

namespace {

std::shared_ptr<const core::stop_words> words() {
  const std::vector<std::string> stop{"genug"};
  const std::vector<std::string> start{"weiter"};
  const std::shared_ptr<const ports::word_keys> keys = text::make_word_keys();
  return std::make_shared<const core::stop_words>(
      [keys](std::string_view word) { return keys->key_of(word); }, stop, start,
      [keys](std::string_view word) { return keys->accented_key_of(word); });
}

} // namespace

void webhook(std::string_view bytes) {
  // The key that made the callback data of the corpus.
  static const meta::callback_codec codec{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
  static meta::webhook_reader reader{codec, words()};
  const auto payload = reader.read(bytes, 1'790'000'000'123);
  if (!payload)
    return;
  for (const auto& s : payload->statuses) {
    require(std::size_t{s.text_begin} + s.text_size <= payload->text.size(),
            "a status's text lies inside of the payload's");
    require(core::is_utf8_text(payload->text_of(s)), "a status's text is text in UTF-8");
    require(s.campaign >= 0 && s.seq >= 0 && s.attempt >= 0 && s.retries >= 0,
            "a status that is ours has a key that was ours");
  }
  for (const auto& p : payload->preferences)
    require(core::is_utf8_text(p.phone_number_id) && core::is_utf8_text(p.user_id),
            "ids are text in UTF-8");
}

} // namespace stentor::fuzz
