/// Callback data: what is taken as ours is exactly what we would have written.

#include "tests/fuzz/targets.hpp"

#include "adapters/meta/messages/callback_data.hpp"

#include <string>

namespace stentor::fuzz {

void callback(std::string_view bytes) {
  static const meta::callback_codec codec{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
  const auto data = codec.decode(bytes);
  if (!data)
    return;
  std::string again;
  codec.encode(*data, again);
  require(again == bytes, "callback data has one text only");
}

} // namespace stentor::fuzz
