/// URLs: what was understood can be written and is understood in the same way again.

#include "tests/fuzz/targets.hpp"

#include "stentor/core/base/url.hpp"

namespace stentor::fuzz {

void url(std::string_view bytes) {
  const auto first = core::parse_url(bytes);
  if (!first)
    return;
  const auto again = core::parse_url(first->scheme + "://" + first->authority() + first->path);
  require(again.ok(), "what was read can be read again");
  require(again->scheme == first->scheme && again->host == first->host &&
              again->port == first->port && again->path == first->path,
          "what was read is the same when it is read again");
}

} // namespace stentor::fuzz
