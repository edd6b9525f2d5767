/// The reader of Meta's answers: any bytes with any padding become a class and a text in UTF-8.

#include "tests/fuzz/targets.hpp"

#include "adapters/meta/messages/answer_reader.hpp"
#include "stentor/core/base/utf8.hpp"

#include <string>

namespace stentor::fuzz {

void answer(std::string_view bytes) {
  static const auto reader = meta::make_answer_reader();
  for (const std::size_t padding : {0U, 64U}) {
    std::string body{bytes};
    body.resize(bytes.size() + padding, 'x');
    for (const int status : {200, 400, 429, 500}) {
      const auto read =
          reader->read(status, std::string_view{body}.substr(0, bytes.size()), body.size());
      require(core::is_utf8_text(read.text), "an answer's text is text in UTF-8");
      require(status != 200 || read.kind != core::outcome_class::rejected || read.code != 0,
              "a refusal inside of a 200 has a code");
    }
  }
}

} // namespace stentor::fuzz
